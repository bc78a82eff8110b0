/**
 * What rules look at. Each is asked for only when a rule needs it.
 *
 * @example
 * ```ts
 * const subject: MatchSubject = {
 *   method: 'GET', path: '/books/42', rawQuery: '', caller: 'orders', mark: undefined,
 *   header: (name) => (name === 'os' ? 'ios' : undefined), query: () => undefined,
 * };
 * ```
 */
export interface MatchSubject {
  /** Upper case; empty when the protocol has none. */
  readonly method: string;
  /** Over HTTP the path as it came, else `/{schema}/{operation}`. */
  readonly path: string;
  readonly rawQuery: string;
  /** The calling service, empty when nobody vouches for it. */
  readonly caller: string;
  /** Who called the work in which the call is made; a rule for a caller holds for either. */
  readonly outerCaller?: string;
  readonly mark: string | undefined;
  /** @param name - in lower case */
  header(name: string): string | undefined;
  /** The first value of a parameter of the query. */
  query(name: string): string | undefined;
}
