import {
  ProtocolSection,
  TransportSection,
  transportLimits,
  type Plugin,
  type PluginHost,
  type Services,
  type TransportLimits,
} from '@ts-chassis/core';
import { CodecPort, codecsOf } from './binding/codec.js';
import { uploadLimits } from './binding/multipart/upload-limits.js';
import { HttpClientTransport } from './client/http-client-transport.js';
import { ConsumerRestClient, RestClient } from './client/rest-client.js';
import { CorsPolicy } from './cors/cors-policy.js';
import { CorsSection } from './cors/cors-section.js';
import { MiddlewareHandler, MountHandler, type MiddlewareSetting } from './middleware/middleware-handler.js';
import { RawHandler } from './middleware/raw-handler.js';
import { ExpressApplications } from './middleware/use-express.js';
import type { RestOptions } from './rest-options.js';
import { answerSettings } from './server/answer-settings.js';
import { HttpServerTransport } from './server/http-server.js';

/**
 * REST: serves listeners named `rest` and `rest-*` over HTTP/1.1, calls services over it, and provides {@link RestClient}.
 * Limits are those of `servicecomb.transport.{maxBodyBytes,maxHeaderBytes,timeout,maxIdleCon}.rest`, or of a listener's name in the place of `rest`.
 *
 * @param options - middleware and mounted applications, of all listeners and of single ones; how answers are written
 * @throws ChassisError `MIDDLEWARE_INVALID`, when the application is planned, for what is no middleware
 *
 * @example
 * ```ts
 * export const app = createApplication({ modules: [CatalogModule], plugins: [rest({ use: [helmet()] })] });
 * ```
 */
export function rest(options: RestOptions = {}): Plugin {
  return {
    name: 'rest',
    install(host) {
      host.section(CorsSection);
      host.serverTransport('rest', (services) => {
        const codecs = codecsOf(services.extensions(CodecPort).values());
        return new HttpServerTransport({
          limits: (listener) => limitsOf(services, listener),
          codecs,
          answers: answerSettings(options),
          uploads: uploadLimits(options.uploads),
          cors: (listener) => corsOf(services, listener),
        });
      });
      installMiddleware(host, options);
      host.clientTransport('rest', (services) => {
        const codecs = codecsOf(services.extensions(CodecPort).values());
        const { clock, tls } = services;
        return new HttpClientTransport({ clock, tls, limits: limitsOf(services, 'rest'), codecs });
      });
      host.provideFrom(RestClient, (services) => new ConsumerRestClient(services.consumer), { calls: true });
    },
  };
}

/** All three are planned for every operation, and leave the chains of those that have no use for them as they were. */
function installMiddleware(host: PluginHost, options: RestOptions): void {
  const applications = new ExpressApplications();
  const settingOf = ({ config }: Services): MiddlewareSetting => ({
    options,
    listeners: config.names(ProtocolSection),
    applications,
  });
  const everywhere = { side: 'provider', everywhere: true } as const;
  host.handler({ name: 'express', ...everywhere, make: (services) => new MiddlewareHandler(settingOf(services)) });
  host.handler({
    ...everywhere,
    name: 'mount',
    before: 'bind',
    make: (services) => new MountHandler(settingOf(services)),
  });
  host.handler({ name: 'raw', ...everywhere, before: 'call', make: () => new RawHandler() });
}

/** What a listener says to pages of other origins by the present configuration. */
function corsOf({ config }: Services, listener: string): { readonly value: CorsPolicy | undefined } {
  const section = config.liveSection(CorsSection, listener);
  const cors = { value: CorsPolicy.of(section.value) };
  section.onChange((values) => (cors.value = CorsPolicy.of(values)));
  return cors;
}

/** The limits of the present configuration, worked out anew only when it changes. */
function limitsOf({ config }: Services, name: string): { readonly value: TransportLimits } {
  const section = config.liveSection(TransportSection);
  const limits = { value: transportLimits(section.value, name) };
  section.onChange((values) => (limits.value = transportLimits(values, name)));
  return limits;
}
