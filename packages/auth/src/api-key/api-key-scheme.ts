import type { Invocation } from '@ts-chassis/core';
import { createHash, timingSafeEqual } from 'node:crypto';
import { challengeOf } from '../challenge.js';
import { authError } from '../codes.js';
import type { Caller } from '../principal.js';
import type { AuthenticationScheme } from '../schemes/scheme.js';
import type { ApiKeyEntry, ApiKeyOptions } from './api-key-options.js';

const LONGEST = 4096;
const HASH = /^[0-9a-f]{64}$/i;
const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** The name of the scheme and of its handler. */
export const API_KEY = 'apiKey';

/**
 * The hash of an API key for `auth({ apiKey: { keys } })`. A key is long and random (32 bytes), which is why a plain hash is enough.
 *
 * @example
 * ```ts
 * const key = randomBytes(32).toString('base64url');
 * console.log(hashApiKey(key));
 * ```
 */
export function hashApiKey(key: string): string {
  return digest(key).toString('hex');
}

/** A key in a header of its own. */
export class ApiKeyScheme implements AuthenticationScheme {
  readonly #header: string;
  readonly #keys: readonly { readonly hash: Buffer; readonly caller: Caller }[];

  /** @throws ChassisError `AUTH_INVALID` for a header or hash that is none, and for a key that two callers have */
  constructor(private readonly options: ApiKeyOptions & { readonly realm: string }) {
    const { header = 'x-api-key', keys = {} } = options;
    if (!HEADER.test(header) || header.toLowerCase() === 'authorization')
      throw authError('AUTH_INVALID', `apiKey.header: expected a header of its own, got ${JSON.stringify(header)}`);
    this.#header = header.toLowerCase();
    this.#keys = Object.entries(keys).map(([name, { hash, roles = [] }]) => ({
      hash: parsed(hash, name),
      caller: { name, roles },
    }));
    checkDistinct(keys);
  }

  challenge(): string {
    return challengeOf('ApiKey', { realm: this.options.realm, header: this.#header });
  }

  authenticate(invocation: Invocation): undefined | Promise<Caller> {
    const values = invocation.headers.all(this.#header);
    return values.length === 0 ? undefined : this.#check(values, invocation);
  }

  async #check(values: readonly string[], invocation: Invocation): Promise<Caller> {
    const [key] = values;
    if (values.length > 1 || key === undefined || key.length > LONGEST) throw wrong();
    const { authenticate } = this.options;
    const caller = authenticate ? await authenticate(key, invocation) : this.#find(key);
    if (!caller) throw wrong();
    return caller;
  }

  /** All are compared, so that the time says nothing of which one, or how much of it, was met. */
  #find(key: string): Caller | undefined {
    const given = digest(key);
    let found: Caller | undefined;
    for (const { hash, caller } of this.#keys) if (timingSafeEqual(hash, given)) found = caller;
    return found;
  }
}

function parsed(hash: string, name: string): Buffer {
  if (HASH.test(hash)) return Buffer.from(hash, 'hex');
  const message = `apiKey.keys.${name}.hash: expected 64 hexadecimal digits, as hashApiKey makes them, got something else`;
  throw authError('AUTH_INVALID', message);
}

function checkDistinct(keys: Readonly<Record<string, ApiKeyEntry>>): void {
  const owners = new Map<string, string>();
  for (const [name, { hash }] of Object.entries(keys)) {
    const other = owners.get(hash.toLowerCase());
    if (other !== undefined)
      throw authError('AUTH_INVALID', `apiKey.keys: expected a key for each caller, got one for ${other} and ${name}`);
    owners.set(hash.toLowerCase(), name);
  }
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

function wrong(): Error {
  return authError('CREDENTIALS_INVALID', 'wrong API key');
}
