import type { Caller } from '../principal.js';
import type { JwtOptions } from './jwt-options.js';

type Claims = Readonly<Record<string, unknown>>;

/** The caller that the claims of a token name; undefined when they name nobody. */
export function callerOf(
  claims: Claims,
  { caller, nameClaim = 'sub', rolesClaim = 'roles' }: Pick<JwtOptions, 'caller' | 'nameClaim' | 'rolesClaim'>,
): Caller | undefined {
  if (caller) return caller(claims);
  const name = at(claims, nameClaim);
  if (typeof name !== 'string' || name === '') return undefined;
  return { name, roles: rolesIn(at(claims, rolesClaim)) };
}

/** A claim may have dots in its own name (`https://shop.example/roles`): the whole name comes first. */
function at(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  let value: unknown = claims;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Claims)[step];
  }
  return value;
}

function rolesIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(' ').filter((role) => role !== '');
  return Array.isArray(value) ? value.filter((role): role is string => typeof role === 'string') : [];
}
