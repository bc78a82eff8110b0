import { policyDecorator, type PolicyDecorator, type SideOptions } from '../policy/policy-decorator.js';
import { TimeoutPolicy } from '../policy/timeout.js';

/**
 * Grants time to calls, all tries together. When it is over the call fails with `TIMED_OUT` (`DEADLINE_EXCEEDED`, REST 504), and what was begun for
 * it is told to stop: the invocation and its `AbortSignal`, requests on the wire, calls made inside. For a streamed result the time holds until its
 * end. It shortens what a call has and never lengthens it: a call has 30 s, unless `servicecomb.consumer` or `CallOptions.timeoutMs` say otherwise.
 *
 * On a schema it acts on provider and consumers, on any injectable's method around the method. go-chassis's key is
 * `cse.isolation.{Consumer|Provider}[.{service}].timeoutInMilliseconds`.
 *
 * @param ms - milliseconds; 0 for no limit
 * @param options - `side`, to mean one side only
 *
 * @example
 * ```ts
 * class Catalog {
 *   @Timeout(800) @Get('/books/{isbn}') @Returns(Book)
 *   async find(@Path('isbn') isbn: string): Promise<Book> { return remote(); }
 * }
 * ```
 */
export function Timeout(ms: number, options: SideOptions = {}): PolicyDecorator {
  return policyDecorator(TimeoutPolicy, { ms }, options);
}
