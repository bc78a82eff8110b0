import { ChassisError, type Config } from '@ts-chassis/core';
import { authError } from '../codes.js';
import { fetchJson } from '../fetch-json.js';
import type { Fetch } from '../jwt/jwt-options.js';
import { KeptToken, type IssuedToken } from './kept-token.js';
import { secretIn, type Secret } from './secret.js';
import type { OutgoingCredentials } from './token-provider.js';

/**
 * How a token is got in this service's own name (OAuth 2.0, RFC 6749, 4.4).
 *
 * @example
 * ```ts
 * const options: ClientCredentialsOptions = {
 *   tokenUrl: 'https://login.example/token', clientId: 'orders', clientSecret: (config) => config.get('orders.clientSecret', ''),
 * };
 * ```
 */
export interface ClientCredentialsOptions {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** Words with blanks between. Default none. */
  readonly scope?: string;
  /** Sent as `audience`, which some issuers want. Default none. */
  readonly audience?: string;
  /** Where name and secret stand: in the header (`basic`) or in the form (`body`). Default `basic`. */
  readonly clientAuthentication?: 'basic' | 'body';
  /** How long before its end a token is replaced, beside the calls; at most half its life. Default 30 s. */
  readonly refreshBeforeMs?: number;
  /** Time for one request. Default 5 s. */
  readonly timeoutMs?: number;
  /** Default the global `fetch`. Redirects are not followed. */
  readonly fetch?: Fetch;
}

const MOST_BYTES = 64 * 1024;
/** What may stand in a header after `Bearer` (RFC 6750, 2.1). */
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * Gets a token by the name and secret of this service and sends it with every call, as `Bearer`. It is kept until shortly before its end, got once for all
 * that wait, and got anew once when the called service refuses it.
 *
 * @throws ChassisError `TOKEN_UNAVAILABLE` (`UNAVAILABLE`), by the call, when there is none to be had
 *
 * @example
 * ```ts
 * auth({ outgoing: { catalog: clientCredentials({ tokenUrl, clientId: 'orders', clientSecret, scope: 'books:read' }) } });
 * ```
 */
export function clientCredentials(options: ClientCredentialsOptions): OutgoingCredentials {
  return ({ clock, config }) => {
    const closing = new AbortController();
    const {
      fetch: given = (url, request) => fetch(url, request),
      timeoutMs = 5000,
      refreshBeforeMs = 30_000,
    } = options;
    const issue = async (): Promise<IssuedToken> => {
      const bounds = { fetch: given, timeoutMs, maxBytes: MOST_BYTES, clock, signal: closing.signal };
      try {
        return issuedIn(await fetchJson(options.tokenUrl, { ...bounds, ...requestOf(options, config) }));
      } catch (error) {
        if (ChassisError.is(error)) throw error;
        const where = URL.canParse(options.tokenUrl) ? new URL(options.tokenUrl).origin : 'tokenUrl';
        const why = error instanceof Error ? error.message : 'no answer';
        throw authError('TOKEN_UNAVAILABLE', `no token from ${where}: ${why}`, { cause: error });
      }
    };
    const kept = new KeptToken({ clock, refreshBeforeMs, issue });
    return {
      credentials: () => {
        const token = kept.token();
        return typeof token === 'string' ? `Bearer ${token}` : token.then((issued) => `Bearer ${issued}`);
      },
      refused: (value) => kept.forget(value.slice('Bearer '.length)),
      close: () => closing.abort(new Error('the application stops')),
    };
  };
}

interface TokenRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function requestOf(options: ClientCredentialsOptions, config: Config): TokenRequest {
  const { clientId, scope, audience, clientAuthentication = 'basic' } = options;
  const secret = secretIn(options.clientSecret, config);
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (scope !== undefined) form.set('scope', scope);
  if (audience !== undefined) form.set('audience', audience);
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  if (clientAuthentication === 'body') {
    form.set('client_id', clientId);
    form.set('client_secret', secret);
    return { method: 'POST', headers, body: form.toString() };
  }
  const pair = `${formEncoded(clientId)}:${formEncoded(secret)}`;
  const authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  return { method: 'POST', headers: { ...headers, authorization }, body: form.toString() };
}

/** RFC 6749, 2.3.1: both are encoded as in a form before they are joined. */
function formEncoded(text: string): string {
  return new URLSearchParams({ a: text }).toString().slice(2);
}

function issuedIn(answer: unknown): IssuedToken {
  const { access_token: token, token_type: type, expires_in: seconds } = answer as Record<string, unknown>;
  if (typeof token !== 'string' || !TOKEN.test(token))
    throw new Error('expected an access_token, got none that can be sent');
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer')
    throw new Error('expected the token_type Bearer, got another');
  const lifetime = Number(seconds ?? Infinity);
  if (!(lifetime > 0)) throw new Error('expected expires_in above 0, got something else');
  return { token, lifetimeMs: lifetime * 1000 };
}
