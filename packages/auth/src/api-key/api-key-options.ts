import type { Invocation } from '@ts-chassis/core';
import type { Caller } from '../principal.js';

/**
 * A key as it is configured.
 *
 * @example
 * ```ts
 * const entry: ApiKeyEntry = { hash: hashApiKey(process.env['PARTNER_KEY']!), roles: ['partner'] };
 * ```
 */
export interface ApiKeyEntry {
  /** SHA-256 of the key in hexadecimal digits, as `hashApiKey` makes it. */
  readonly hash: string;
  /** Default none. */
  readonly roles?: readonly string[];
}

/**
 * Which keys prove who calls. They stand here or in `servicecomb.authentication.apiKey.keys`, or a function knows them.
 *
 * @example
 * ```ts
 * const options: ApiKeyOptions = { header: 'x-partner-key', keys: { acme: { hash: '9f86d0...', roles: ['partner'] } } };
 * ```
 */
export interface ApiKeyOptions {
  /** Default `x-api-key`. */
  readonly header?: string;
  /** By the name of the caller they stand for; those of the configuration are added and win. */
  readonly keys?: Readonly<Record<string, ApiKeyEntry>>;
  /** Decides in place of `keys`: the caller, or undefined for a wrong key; it compares in constant time. */
  readonly authenticate?: (key: string, invocation: Invocation) => Caller | undefined | Promise<Caller | undefined>;
  /** The realm in challenges. Default the realm of `auth`. */
  readonly realm?: string;
}
