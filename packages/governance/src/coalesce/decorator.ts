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
  /**
   * Which calls are equal, given the arguments; default: those with equal arguments. What it returns is compared by content: plain objects, lists and
   * single values; undefined, or an object of a class: alone.
   */
  readonly key?: CoalesceKey;
  /**
   * Headers that make calls differ, besides `authorization` and `cookie`; default: on the consumer side all that are sent but those of traces, around
   * methods none.
   */
  readonly headers?: readonly string[];
}

/**
 * Makes equal calls that are under way at the same time share one: the operation is called once, and its outcome, good or bad, is everybody's.
 * Calls are equal when their arguments are, what travels with them (context, mark, tags), the caller they are made for and the headers named; around
 * methods also the object they are called on. One who gives up leaves the others waiting; when the last has left, the call is cancelled. One who
 * came later and has time left does not fail by a timeout that began before: a second call is shared then. Nothing is kept once a call has ended:
 * this is no cache.
 *
 * The result is one and the same object for all: whoever changes it changes it for everybody, so copy it first. The same holds of errors.
 *
 * Only for operations that may run twice (see {@link Idempotent}). Arguments are compared by content where their content is all there is: single
 * values, plain objects, lists, `Map`, `Set`, `Date`, bytes, and declared classes of a service's parameters by what is sent of them. Calls with
 * other objects (of a class, functions) and streams are made alone; `key` says what to compare instead. On a schema it acts on its consumers, on any
 * injectable's method around the method.
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
