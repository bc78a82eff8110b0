import { coreError } from '@ts-chassis/core';
import { printable } from './printable.js';

/** Where a control plane answers. */
export interface Address {
  /** `http://127.0.0.1:30100`: names it in messages too; without user and password. */
  readonly origin: string;
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** What stands before every path, without a slash at the end; mostly empty. */
  readonly prefix: string;
}

/**
 * Reads the configured addresses. One without a scheme is of `http:`. User and password in an address are left out: accounts are configured
 * elsewhere.
 *
 * @param key - which key of configuration they come from, for messages
 * @throws ChassisError `CONFIG_INVALID` for none, for what is no address, and for several schemes
 */
export function parseAddresses(texts: readonly string[], key: string): readonly Address[] {
  const byOrigin = new Map<string, Address>();
  for (const text of texts) {
    const address = parseAddress(text.trim());
    if (!address) {
      const got = JSON.stringify(printable(withoutAccount(text)));
      throw coreError('CONFIG_INVALID', `${key}: expected an address such as http://127.0.0.1:30100, got ${got}`);
    }
    byOrigin.set(address.origin + address.prefix, address);
  }
  const addresses = [...byOrigin.values()];
  if (addresses.length === 0) throw coreError('CONFIG_INVALID', `${key}: expected at least one address, got none`);
  if (addresses.some(({ secure }) => secure !== addresses[0]!.secure)) {
    throw coreError('CONFIG_INVALID', `${key}: expected addresses of one scheme, got http: and https:`);
  }
  return addresses;
}

/** Of a text that may be no address: whatever stands before an `@` may be a password. */
function withoutAccount(text: string): string {
  const scheme = /^\s*[a-z]+:\/\//i.exec(text)?.[0] ?? '';
  const rest = text.slice(scheme.length);
  return scheme + rest.slice(rest.lastIndexOf('@') + 1);
}

/** Undefined for what is no address of `http:` or `https:`. */
export function parseAddress(text: string): Address | undefined {
  const whole = text.includes('://') ? text : `http://${text}`;
  if (!URL.canParse(whole)) return undefined;
  const { protocol, hostname, port, host, pathname } = new URL(whole);
  if ((protocol !== 'http:' && protocol !== 'https:') || hostname === '') return undefined;
  const secure = protocol === 'https:';
  return {
    origin: `${protocol}//${host}`,
    host: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
    port: port === '' ? (secure ? 443 : 80) : Number(port),
    secure,
    prefix: pathname.endsWith('/') ? pathname.slice(0, -1) : pathname,
  };
}
