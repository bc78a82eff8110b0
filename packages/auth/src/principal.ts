import type { Invocation } from '@ts-chassis/core';

/**
 * Who calls, as a scheme proved it; on `invocation.principal` of operations that ask for it. It never changes, and it does not travel on with
 * calls made inside: see `forwardInbound`.
 *
 * @example
 * ```ts
 * const mayEdit = (principal: Principal) => principal.roles.includes('editor');
 * ```
 */
export interface Principal {
  /** Of a token its `sub`, else the user's name, the key's name, the certificate's identity. Never empty. */
  readonly name: string;
  readonly roles: readonly string[];
  /** The scheme that proved it: `jwt`, `basicAuth`, `apiKey`, `mtlsIdentity`, or one of your own. */
  readonly scheme: string;
  /** What else the scheme learned: the claims of a token, the identity of a certificate; else empty. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * What a scheme, or a function given to one, says of a caller.
 *
 * @example
 * ```ts
 * const caller: Caller = { name: 'ann', roles: ['editor'] };
 * ```
 */
export interface Caller {
  readonly name: string;
  /** Default none. */
  readonly roles?: readonly string[];
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** A class, so that what else a program puts on `invocation.principal` (middleware does) is never taken for proved. */
export class ProvenPrincipal implements Principal {
  readonly name: string;
  readonly roles: readonly string[];
  readonly claims: Readonly<Record<string, unknown>>;

  constructor(
    readonly scheme: string,
    { name, roles = [], claims = {} }: Caller,
  ) {
    this.name = name;
    this.roles = Object.freeze([...roles]);
    this.claims = deepFrozen(claims);
    Object.freeze(this);
  }
}

/**
 * Who was proved to call, or undefined for nobody: an operation that is public or lets strangers in.
 *
 * @example
 * ```ts
 * const key = (invocation: Invocation) => principalOf(invocation)?.name; // of `@RateLimit({ key })`
 * ```
 */
export function principalOf({ principal }: Pick<Invocation, 'principal'>): Principal | undefined {
  return principal instanceof ProvenPrincipal ? principal : undefined;
}

/** Claims come from JSON, which has no cycles; what is frozen already is not gone into again. */
function deepFrozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFrozen(inner);
  return value;
}
