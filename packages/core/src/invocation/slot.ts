/**
 * A typed place on an invocation that any handler may own; compared by identity.
 *
 * @example
 * ```ts
 * const Tenant = slot<string>('tenant');
 * invocation.set(Tenant, 'acme');
 * ```
 */
export interface Slot<T> {
  /** For messages. */
  readonly name: string;
  /** Never set: carries the type. */
  readonly type?: T;
}

/**
 * Makes a slot.
 *
 * @example
 * ```ts
 * const Started = slot<number>('started');
 * ```
 */
export function slot<T>(name: string): Slot<T> {
  return { name };
}
