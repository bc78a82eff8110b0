import type { ApiKeyOptions } from './api-key/api-key-options.js';
import type { BasicOptions } from './basic/basic-options.js';
import type { JwtOptions } from './jwt/jwt-options.js';
import type { MtlsOptions } from './mtls/mtls-options.js';
import type { OutgoingCredentials } from './outgoing/token-provider.js';
import type { AuthenticationScheme } from './schemes/scheme.js';

/**
 * What {@link auth} sets up. A scheme is there when its options are given (an empty object is enough where the configuration says the rest) or when the
 * configuration has its keys.
 *
 * @example
 * ```ts
 * const options: AuthOptions = { jwt: { secret }, default: 'required', outgoing: { catalog: forwardInbound() } };
 * ```
 */
export interface AuthOptions {
  /** The scheme `jwt`; configured below `servicecomb.authentication.jwt`. */
  readonly jwt?: JwtOptions;
  /** The scheme `basicAuth`; configured below `servicecomb.authentication.basic`. */
  readonly basic?: BasicOptions;
  /** The scheme `apiKey`; configured below `servicecomb.authentication.apiKey`. */
  readonly apiKey?: ApiKeyOptions;
  /** The scheme `mtlsIdentity`; configured below `servicecomb.authentication.mtls`. */
  readonly mtls?: MtlsOptions;
  /** Schemes of your own, by name; they look for their credentials after the shipped ones and before certificates. */
  readonly schemes?: Readonly<Record<string, AuthenticationScheme>>;
  /**
   * What holds for operations of which no decorator and no configuration says anything: `required`, `optional` (credentials are looked at, strangers are let
   * in), or neither: they are open. Probes (`/livez`, `/readyz`, `/healthz`) stay open. `servicecomb.authentication.required` says it by configuration.
   */
  readonly default?: 'required' | 'optional';
  /** The realm in challenges, in printable ASCII. Default the name of the service. */
  readonly realm?: string;
  /** Credentials for calls, by the name of the called service; a service that is not named gets none. */
  readonly outgoing?: Readonly<Record<string, OutgoingCredentials>>;
}
