import type { Plugin, PluginHost, Services } from '@ts-chassis/core';
import { AuthenticationPolicy, AuthorisationPolicy } from './access/policies.js';
import { AuthorisationHandler } from './access/authorisation-handler.js';
import { ApiKeySection } from './api-key/api-key-section.js';
import type { AuthOptions } from './auth-options.js';
import { BasicSection } from './basic/basic-section.js';
import { JwtSection } from './jwt/jwt-section.js';
import { MtlsSection } from './mtls/mtls-section.js';
import { CredentialsHandler } from './outgoing/credentials-handler.js';
import { TokenProviderPort, type TokenProvider } from './outgoing/token-provider.js';
import { AuthenticationHandler, SchemeHandler } from './schemes/authentication-handler.js';
import { setUp, SHIPPED, type Schemes } from './schemes/set-up.js';

/**
 * Authentication and authorisation, the same over every protocol: who calls is proved by tokens, passwords, keys or certificates before anything of a request
 * is read, and calls of other services carry credentials. Operations ask for it by `@Authenticated`, `@Roles` and `@Authorize`, or by configuration
 * (`servicecomb.authentication`, `servicecomb.authorisation`); one that does not costs nothing.
 *
 * @param options - the schemes, what holds by default, credentials for calls
 * @throws ChassisError `AUTH_INVALID`, when the application is started, for what cannot be
 *
 * @example
 * ```ts
 * const app = createApplication({
 *   modules: [OrdersModule],
 *   plugins: [rest(), auth({ jwt: { jwksUrl, issuer, audience: 'shop' }, default: 'required' })],
 * });
 * ```
 */
export function auth(options: AuthOptions = {}): Plugin {
  return {
    name: 'auth',
    install(host) {
      host.policy(AuthenticationPolicy);
      host.policy(AuthorisationPolicy);
      const sections = [JwtSection, BasicSection, ApiKeySection, MtlsSection];
      for (const section of [AuthenticationPolicy.section!, AuthorisationPolicy.section!, ...sections])
        host.section(section);
      installProvider(host, options);
      installConsumer(host, options);
    },
  };
}

function installProvider(host: PluginHost, options: AuthOptions): void {
  let made: Schemes | undefined;
  const schemes = (services: Services): Schemes => (made ??= setUp(options, services));
  const place = { side: 'provider', everywhere: true } as const;
  host.handler({
    ...place,
    name: 'authentication',
    make: (services) => new AuthenticationHandler(schemes(services).table, options.default ?? 'open'),
  });
  host.handler({ ...place, name: 'authorisation', make: () => new AuthorisationHandler() });
  for (const name of SHIPPED) {
    host.handler({
      ...{ name, side: 'provider', before: 'authentication' },
      make: (services) => new SchemeHandler(schemes(services).table, name),
    });
  }
  host.onStop('schemes', () => made?.close());
}

function installConsumer(host: PluginHost, options: AuthOptions): void {
  let providers: ReadonlyMap<string, TokenProvider> = new Map();
  host.handler({
    name: 'credentials',
    side: 'consumer',
    everywhere: true,
    make: (services) => {
      const own = Object.entries(options.outgoing ?? {}).map(([service, make]) => [service, make(services)] as const);
      providers = new Map([...services.extensions(TokenProviderPort), ...own]);
      return new CredentialsHandler(providers);
    },
  });
  host.onStop('token providers', () => {
    for (const provider of providers.values()) provider.close?.();
  });
}
