import type { KeyObject } from 'node:crypto';
import type { Caller } from '../principal.js';
import type { JwtAlgorithm } from './algorithms.js';

/**
 * Fetches like the global function of that name; tests and programs behind proxies give their own.
 *
 * @example
 * ```ts
 * const answering: Fetch = async () => new Response('{"keys":[]}');
 * ```
 */
export type Fetch = (url: string, options: RequestInit) => Promise<Response>;

/**
 * How keys are fetched that an identity provider publishes (JWKS, RFC 7517).
 *
 * @example
 * ```ts
 * const options: JwksOptions = { cacheMs: 60_000 };
 * ```
 */
export interface JwksOptions {
  /** How long fetched keys are taken for new; older ones are fetched again beside the calls. Default 10 minutes. */
  readonly cacheMs?: number;
  /** The least time between two tries to fetch, whatever tokens name unknown keys. Default 30 s. */
  readonly coolDownMs?: number;
  /** How long keys are used after they were fetched while they cannot be fetched again; then calls fail as `UNAVAILABLE`. Default 1 hour. */
  readonly maxStaleMs?: number;
  /** Time for one try. Default 5 s. */
  readonly timeoutMs?: number;
  /** Longest answer in bytes. Default 512 KiB. */
  readonly maxBytes?: number;
  /** Takes keys over plain HTTP from other hosts than this one. Default false: who sits between could put in keys of their own. */
  readonly allowPlainHttp?: boolean;
  /** Default the global `fetch`. Redirects are not followed. */
  readonly fetch?: Fetch;
}

/**
 * Which tokens prove who calls. Exactly one of `secret`, `publicKey` and `jwksUrl` is given, here or in `servicecomb.authentication.jwt`, whose values win.
 *
 * @example
 * ```ts
 * const options: JwtOptions = { jwksUrl: 'https://login.example/.well-known/jwks.json', issuer: 'https://login.example', audience: 'shop' };
 * ```
 */
export interface JwtOptions {
  /** For HS256, HS384 and HS512: at least as many bytes as the hash has (32, 48, 64). Text counts as UTF-8. */
  readonly secret?: string | Uint8Array;
  /** Public keys for the other algorithms, PEM or `KeyObject`; several while keys are changed. RSA has 2048 bits at least. */
  readonly publicKey?: string | KeyObject | readonly (string | KeyObject)[];
  /** Where public keys are fetched from. */
  readonly jwksUrl?: string;
  readonly jwks?: JwksOptions;
  /**
   * Which algorithms are accepted; each must fit the keys. Default HS256 with a secret, the usual one of each public key (RS256, ES256, ES384, ES512,
   * EdDSA), and RS256, ES256 and EdDSA with `jwksUrl`.
   */
  readonly algorithms?: readonly JwtAlgorithm[];
  /** Who must have issued the token (`iss`): one of these. Default anybody who has the key. */
  readonly issuer?: string | readonly string[];
  /** For whom the token must be (`aud`): one of these. Default anybody. */
  readonly audience?: string | readonly string[];
  /** The media type the token must have (`typ`), such as `at+jwt` (RFC 9068). Default any. */
  readonly type?: string;
  /** How far other clocks may be off when `exp`, `nbf` and `iat` are looked at. Default 30 s. */
  readonly clockSkewMs?: number;
  /** Whether a token without `exp` is refused. Default true. */
  readonly requireExpiry?: boolean;
  /** Longest token in characters; a longer one is refused unread. Default 8192. */
  readonly maxTokenLength?: number;
  /** The claim that names the caller; steps with dots between. Default `sub`. */
  readonly nameClaim?: string;
  /** The claim with the roles, a list or words with blanks between; steps with dots between (`realm_access.roles`). Default `roles`. */
  readonly rolesClaim?: string;
  /** Makes the caller from the claims, in place of `nameClaim` and `rolesClaim`; undefined: the token is refused. */
  readonly caller?: (claims: Readonly<Record<string, unknown>>) => Caller | undefined;
  /** How many verified tokens are remembered by their hash, five minutes at most and never beyond their end; `false` for none. Default 1000. */
  readonly cache?: number | false;
  /** The realm in challenges. Default the realm of `auth`. */
  readonly realm?: string;
}
