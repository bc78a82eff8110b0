/**
 * A contract's methods as a consumer sees them: the same names, arguments and results, nothing else of the class.
 *
 * @example
 * ```ts
 * class Shelf { constructor(@Remote(Catalog, { service: 'catalog' }) private readonly catalog: Client<Catalog>) {} }
 * ```
 */
export type Client<T> = {
  readonly [K in keyof T as T[K] extends CallableMethod ? K : never]: T[K];
};

// oxlint-disable-next-line typescript/no-explicit-any -- every method's own parameters must fit
type CallableMethod = (...args: any[]) => Promise<unknown> | AsyncIterable<unknown>;
