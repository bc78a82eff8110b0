import type { FaultInjectionFields } from '../policy/fault-fields.js';
import { FaultInjectionPolicy } from '../policy/fault-injection.js';
import { policyDecorator, type PolicyDecorator, type SideOptions } from '../policy/policy-decorator.js';

/**
 * What `@FaultInjection` takes.
 *
 * @example
 * ```ts
 * const options: FaultInjectionOptions = { delay: { percent: 20, fixedDelayMs: 300 }, side: 'consumer' };
 * ```
 */
export interface FaultInjectionOptions extends Partial<FaultInjectionFields>, SideOptions {}

/**
 * Injects faults into calls of a schema, of one of its operations, or of an injectable's method: a delay first, then an end with a failure
 * (`FAULT_INJECTED`), each for its own percentage of calls. On both sides of a schema unless `side` says one. The configuration
 * (`servicecomb.governance.faultInjection`, go-chassis's `cse.governance.Consumer...policy.fault`) changes it while it runs.
 *
 * @throws ChassisError `SCHEMA_INVALID` at start, for a percentage without a duration or a status
 *
 * @example
 * ```ts
 * class Prices {
 *   @FaultInjection({ delay: { percent: 10, fixedDelayMs: 500 }, abort: { percent: 1, httpStatus: 503 } })
 *   async of(isbn: string): Promise<number> { return isbn.length; }
 * }
 * ```
 */
export function FaultInjection({ side, ...fields }: FaultInjectionOptions): PolicyDecorator {
  return policyDecorator(FaultInjectionPolicy, fields, side === undefined ? {} : { side });
}
