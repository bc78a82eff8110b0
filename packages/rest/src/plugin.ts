import {
  tlsOptionsFor,
  TransportSection,
  transportLimits,
  type Plugin,
  type Services,
  type TransportLimits,
} from '@ts-chassis/core';
import { CodecPort, codecsOf } from './binding/codec.js';
import { HttpClientTransport } from './client/http-client-transport.js';
import { ConsumerRestClient, RestClient } from './client/rest-client.js';
import { HttpServerTransport } from './server/http-server.js';

/**
 * REST: serves listeners named `rest` and `rest-*` over HTTP/1.1, calls services over it, and provides {@link RestClient}.
 * Limits are those of `servicecomb.transport.{maxBodyBytes,maxHeaderBytes,timeout,maxIdleCon}.rest`.
 *
 * @example
 * ```ts
 * export const app = createApplication({ modules: [CatalogModule], plugins: [rest()] });
 * ```
 */
export function rest(): Plugin {
  return {
    name: 'rest',
    install(host) {
      host.serverTransport('rest', (services) => {
        const wantsTls = (listener: string): boolean =>
          tlsOptionsFor(services.config, `${listener}.Provider`) !== undefined;
        const codecs = codecsOf(services.extensions(CodecPort).values());
        return new HttpServerTransport({ limits: limitsOf(services), codecs, wantsTls });
      });
      host.clientTransport('rest', (services) => new HttpClientTransport(services.clock, limitsOf(services)));
      host.provideFrom(RestClient, (services) => new ConsumerRestClient(services.consumer), { calls: true });
    },
  };
}

/** The limits of the present configuration, worked out anew only when it changes. */
function limitsOf({ config }: Services): { readonly value: TransportLimits } {
  const section = config.liveSection(TransportSection);
  const limits = { value: transportLimits(section.value, 'rest') };
  section.onChange((values) => (limits.value = transportLimits(values, 'rest')));
  return limits;
}
