import { policyDecorator, type PolicyDecorator, type SideOptions } from '../policy/policy-decorator.js';
import { IdempotentPolicy } from '../policy/idempotent.js';
import { RetryPolicy, type RetryFields } from '../policy/retry.js';

/** Tries where nothing is said of how many. */
const ATTEMPTS = 3;

/**
 * What {@link Retry} takes. All fields may be configured too, under the same names at `servicecomb.governance.retry`.
 *
 * @example
 * ```ts
 * const options: RetryOptions = { attempts: 4, minMs: 50, maxMs: 1000, on: ['UNAVAILABLE'], perTryTimeoutMs: 200 };
 * ```
 */
export interface RetryOptions extends Partial<RetryFields>, SideOptions {}

/**
 * Tries calls again that failed because the callee could not be reached, was unavailable or took too long. By default it tries three times in
 * all, each time on an instance that was not tried yet, without a wait; only operations that may run twice (see {@link Idempotent}), unless nothing
 * of the call was sent; never past the deadline of the call; and never more than 20 further tries for 100 calls of a service, once ten were made.
 * `Retry-After` of a callee is honoured. A call made inside a call that is itself tried again is not tried again. Streamed results are tried again
 * until their first item is there, streamed arguments never.
 *
 * On a schema it acts on its consumers, on any injectable's method around the method. go-chassis's keys are `cse.loadbalance[.{service}].retryEnabled`,
 * `retryOnSame`, `retryOnNext` and `backoff.kind|minMs|maxMs`.
 *
 * @param options - what differs from the defaults; durations in milliseconds
 *
 * @example
 * ```ts
 * @Retry({ attempts: 3, minMs: 50, maxMs: 500, budget: 0.2 })
 * class Catalog {
 *   @Get('/books/{isbn}') @Returns(Book)
 *   async find(@Path('isbn') isbn: string): Promise<Book> { return remote(); }
 * }
 * ```
 */
export function Retry(options: RetryOptions = {}): PolicyDecorator {
  const { side, ...fields } = options;
  const { attempts, retryOnSame, retryOnNext } = fields;
  const count = attempts ?? (retryOnSame === undefined && retryOnNext === undefined ? ATTEMPTS : undefined);
  const said = { enabled: true, ...fields, ...(count !== undefined && { attempts: count }) };
  return policyDecorator<RetryFields>(RetryPolicy, said, side ? { side } : {});
}

/**
 * Says that an operation may be run twice without harm, or that it may not. Retries, hedges and shared calls go by it. Without it the HTTP methods
 * GET, HEAD, PUT, DELETE, OPTIONS and TRACE may (RFC 9110, 9.2.2), and nothing else may.
 *
 * @param value - false for a GET that must not run twice
 *
 * @example
 * ```ts
 * class Orders {
 *   @Idempotent() @Post('/orders/{id}/confirm')
 *   async confirm(@Path('id') id: string): Promise<void> { return remote(); }
 * }
 * ```
 */
export function Idempotent(value = true): PolicyDecorator {
  return policyDecorator(IdempotentPolicy, { value });
}
