/**
 * Where a chain stands: before a served method, before a call to another service, or around a method of any injectable.
 *
 * @example
 * ```ts
 * const side: Side = 'provider';
 * ```
 */
export type Side = 'provider' | 'consumer' | 'method';

export const SIDES: readonly Side[] = ['provider', 'consumer', 'method'];
