import { CircuitBreakerPolicy, type CircuitBreakerFields } from '../policy/circuit-breaker.js';
import { policyDecorator, type PolicyDecorator, type SideOptions } from '../policy/policy-decorator.js';

/**
 * Puts a circuit breaker around a method, or around each method of a class: while too many of the last calls failed, further ones fail at once with
 * `CIRCUIT_OPEN`. On a contract and its provider it acts on both sides unless one is named; on the method of any other injectable around that method.
 * The configuration of the same or a narrower scope wins over it: `servicecomb.governance.circuitBreaker`, go-chassis's `cse.circuitBreaker`.
 *
 * @param fields - see {@link CircuitBreakerFields}; those left out are asked for elsewhere
 * @param options - the side
 * @throws ChassisError `CIRCUIT_OPEN` (503, with `retryAfterMs`) out of calls that are refused
 *
 * @example
 * ```ts
 * class Prices {
 *   @CircuitBreaker({ errorPercent: 30, openMs: 5_000, slowMs: 800 })
 *   async of(isbn: string): Promise<number> { return isbn.length; }
 * }
 * ```
 */
export function CircuitBreaker(fields: Partial<CircuitBreakerFields> = {}, options?: SideOptions): PolicyDecorator {
  return policyDecorator(CircuitBreakerPolicy, { enabled: true, ...fields }, options);
}
