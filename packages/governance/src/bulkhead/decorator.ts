import { BulkheadPolicy, type BulkheadFields } from '../policy/bulkhead.js';
import { policyDecorator, type PolicyDecorator, type SideOptions } from '../policy/policy-decorator.js';

/**
 * Lets only so many calls of a method through at a time, or of each method of a class; further ones wait, where a queue is given, or fail. On a schema it
 * acts on the provider side unless another is named; on the method of any other injectable around that method. The configuration of the same or a narrower
 * scope wins over it: `servicecomb.governance.bulkhead`, go-chassis's `cse.isolation...maxConcurrentRequests`.
 *
 * @param fields - see {@link BulkheadFields}
 * @param options - the side
 * @throws ChassisError `BULKHEAD_FULL` (503) out of calls that are refused
 *
 * @example
 * ```ts
 * class Covers {
 *   @Bulkhead({ concurrent: 4, queue: 20, waitMs: 500 })
 *   async draw(isbn: string): Promise<string> { return isbn; }
 * }
 * ```
 */
export function Bulkhead(
  fields: Partial<BulkheadFields> & Pick<BulkheadFields, 'concurrent'>,
  options?: SideOptions,
): PolicyDecorator {
  return policyDecorator(BulkheadPolicy, fields, options);
}
