import type { OutgoingCredentials } from './token-provider.js';
import { secretIn, type Secret } from './secret.js';

/**
 * How a static token is sent.
 *
 * @example
 * ```ts
 * const options: StaticTokenOptions = { header: 'x-api-key', scheme: '' };
 * ```
 */
export interface StaticTokenOptions {
  /** Default `authorization`. */
  readonly header?: string;
  /** The word before the token; empty for the token alone. Default `Bearer`. */
  readonly scheme?: string;
}

/**
 * Sends the same token, or API key, with every call.
 *
 * @param token - the token, or where the configuration has it
 * @param options - another header or word
 *
 * @example
 * ```ts
 * auth({ outgoing: { partner: staticToken((config) => config.get('partner.key', ''), { header: 'x-api-key', scheme: '' }) } });
 * ```
 */
export function staticToken(token: Secret, options: StaticTokenOptions = {}): OutgoingCredentials {
  const { header = 'authorization', scheme = 'Bearer' } = options;
  const before = scheme === '' ? '' : `${scheme} `;
  return ({ config }) => ({
    header: header.toLowerCase(),
    credentials: () => `${before}${secretIn(token, config)}`,
  });
}

/**
 * Sends a user's name and password with every call, as `Basic` (RFC 7617).
 *
 * @param user - the name, without a colon
 * @param password - the password, or where the configuration has it
 *
 * @example
 * ```ts
 * auth({ outgoing: { ledger: basicCredentials('shop', (config) => config.get('ledger.password', '')) } });
 * ```
 */
export function basicCredentials(user: string, password: Secret): OutgoingCredentials {
  return ({ config }) => ({
    credentials: () => {
      const text = `${user}:${secretIn(password, config)}`.normalize('NFC');
      return `Basic ${Buffer.from(text, 'utf8').toString('base64')}`;
    },
  });
}
