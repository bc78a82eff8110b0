import { TransportSection, transportLimits, type Plugin, type Services, type TransportLimits } from '@ts-chassis/core';
import { GrpcClientTransport } from './client/grpc-client-transport.js';
import type { GrpcOptions } from './grpc-options.js';
import { Protos } from './proto/protos.js';
import { GrpcServerTransport } from './server/grpc-server.js';

/**
 * gRPC: serves listeners named `grpc` and `grpc-*`, and calls services over it. Limits are those of
 * `servicecomb.transport.{maxBodyBytes,maxHeaderBytes,timeout}.grpc`, or of a listener's name in the place of `grpc`.
 *
 * @param options - of the provider and of the consumer side
 * @throws ChassisError `METHOD_CONFLICT`, `PROTO_INVALID`, `PROTO_BREAKING`, when the application is planned
 *
 * @example
 * ```ts
 * export const app = createApplication({ modules: [CatalogModule], plugins: [rest(), grpc()] });
 * ```
 */
export function grpc(options: GrpcOptions = {}): Plugin {
  return {
    name: 'grpc',
    install(host) {
      const protos = new Protos(options);
      host.serverTransport('grpc', (services) => {
        return new GrpcServerTransport({
          limits: (listener) => limitsOf(services, listener),
          planOf: (operation) => protos.planOf(operation),
          ...(options.server && { options: options.server }),
        });
      });
      host.clientTransport('grpc', (services) => {
        const { clock, tls } = services;
        return new GrpcClientTransport({
          clock,
          tls,
          protos,
          limits: limitsOf(services, 'grpc'),
          options: options.client ?? {},
        });
      });
    },
  };
}

/** The limits of the present configuration, worked out anew only when it changes. */
function limitsOf({ config }: Services, name: string): { readonly value: TransportLimits } {
  const section = config.liveSection(TransportSection);
  const limits = { value: transportLimits(section.value, name) };
  section.onChange((values) => (limits.value = transportLimits(values, name)));
  return limits;
}
