import { authError } from './codes.js';

const QUOTABLE = /^[\x20-\x7e]*$/;

/**
 * One challenge of a `WWW-Authenticate` header (RFC 9110, 11.6.1): the scheme's word and its parameters, quoted.
 *
 * @param scheme - the word: `Bearer`, `Basic`
 * @param parameters - those that are undefined are left out; each in printable ASCII, anything else in them becomes a question mark
 *
 * @example
 * ```ts
 * challengeOf('Bearer', { realm: 'shop' }); // 'Bearer realm="shop"'
 * ```
 */
export function challengeOf(scheme: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const said = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${value.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`],
  );
  return said.length === 0 ? scheme : `${scheme} ${said.join(', ')}`;
}

/** @throws ChassisError `AUTH_INVALID` for a realm that no header may hold */
export function checkedRealm(realm: string): string {
  if (QUOTABLE.test(realm)) return realm;
  throw authError('AUTH_INVALID', `auth: realm: expected printable ASCII, got ${JSON.stringify(realm.slice(0, 64))}`);
}
