import { TransportSection, transportLimits, type Plugin, type Services, type TransportLimits } from '@ts-chassis/core';
import { GrpcClientTransport } from './client/grpc-client-transport.js';
import type { GrpcOptions } from './grpc-options.js';
import { GrpcSection } from './grpc-section.js';
import { Protos } from './proto/protos.js';
import type { BuiltInSources } from './health/built-in-services.js';
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
      host.section(GrpcSection);
      const protos = new Protos(options);
      host.serverTransport('grpc', (services) => {
        return new GrpcServerTransport({
          limits: (listener) => limitsOf(services, listener),
          protos,
          builtIn: async (parts) => {
            const { builtInServices } = await import('./health/built-in-services.js');
            return builtInServices(sourcesOf(services, protos), parts);
          },
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

function sourcesOf({ clock, config, readiness }: Services, protos: Protos): BuiltInSources {
  const enabled = config.section(GrpcSection);
  return { clock, readiness, enabled, fileDescriptors: (operations) => protos.fileDescriptors(operations) };
}

/** The limits of the present configuration, worked out anew only when it changes. */
function limitsOf({ config }: Services, name: string): { readonly value: TransportLimits } {
  const section = config.liveSection(TransportSection);
  const limits = { value: transportLimits(section.value, name) };
  section.onChange((values) => (limits.value = transportLimits(values, name)));
  return limits;
}
