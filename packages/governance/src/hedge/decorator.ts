import { HedgePolicy, type HedgeFields } from '../policy/hedge.js';
import { policyDecorator, type PolicyDecorator, type SideOptions } from '../policy/policy-decorator.js';

/**
 * What {@link Hedge} takes. All fields may be configured too, under the same names at `servicecomb.governance.hedge`.
 *
 * @example
 * ```ts
 * const options: HedgeOptions = { delayMs: 80, max: 1 };
 * ```
 */
export interface HedgeOptions extends Partial<HedgeFields>, SideOptions {}

/**
 * Begins a second try on another instance when the first one is late: after `delayMs`, or once it takes longer than 95 per cent of the last 128 calls
 * did. The first to succeed wins, the others are cancelled. Only for operations that may run twice (see {@link Idempotent}) and for arguments
 * that can be sent twice; a call that is sent to one given instance is not hedged. Hedges and retries share one budget for each service: no more
 * than 20 further tries for 100 calls, once ten were made (after Dean and Barroso, "The Tail at Scale").
 *
 * @param options - what differs from the defaults; durations in milliseconds
 *
 * @example
 * ```ts
 * class Catalog {
 *   @Hedge({ delayMs: 80 }) @Get('/books/{isbn}') @Returns(Book)
 *   async find(@Path('isbn') isbn: string): Promise<Book> { return remote(); }
 * }
 * ```
 */
export function Hedge({ side, ...fields }: HedgeOptions = {}): PolicyDecorator {
  return policyDecorator<HedgeFields>(HedgePolicy, fields, side ? { side } : {});
}
