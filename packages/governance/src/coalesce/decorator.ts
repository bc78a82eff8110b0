import { CoalescePolicy, type CoalesceFields, type CoalesceKey } from '../policy/coalesce.js';
import { policyDecorator, type PolicyDecorator, type SideOptions } from '../policy/policy-decorator.js';

/**
 * What {@link Coalesce} takes.
 *
 * @example
 * ```ts
 * const options: CoalesceOptions = { key: (isbn: string) => isbn.replaceAll('-', ''), headers: ['accept-language'] };
 * ```
 */
export interface CoalesceOptions extends SideOptions {
  /** Which calls are equal, given the arguments; default: those with equal arguments. What it returns is compared as JSON, undefined: alone. */
  readonly key?: CoalesceKey;
  /**
   * Headers that make calls differ, besides `authorization` and `cookie`; default: on the consumer side all that are sent but those of traces, around
   * methods none.
   */
  readonly headers?: readonly string[];
}

/**
 * Makes equal calls that are under way at the same time share one: the operation is called once, and its outcome, good or bad, is everybody's.
 * Calls are equal when their arguments are, what travels with them (context, mark, tags), the caller they are made for and the headers named. One
 * who gives up leaves the others waiting; when the last has left, the call is cancelled. Nothing is kept once it has ended: this is no cache.
 *
 * Only for operations that may run twice (see {@link Idempotent}); streams and what cannot be compared are called alone. All get the same
 * object: it must not be changed. On a schema it acts on its consumers, on any injectable's method around the method.
 *
 * @param options - what makes calls equal
 *
 * @example
 * ```ts
 * class Prices {
 *   @Coalesce()
 *   async load(isbn: string): Promise<number> { return this.store.price(isbn); }
 * }
 * ```
 */
export function Coalesce({ side, ...fields }: CoalesceOptions = {}): PolicyDecorator {
  return policyDecorator<CoalesceFields>(CoalescePolicy, { enabled: true, ...fields }, side ? { side } : {});
}
