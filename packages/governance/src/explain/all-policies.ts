import type { Section } from '@ts-chassis/core';
import { MarkedFaults } from '../fault/marked-faults.js';
import { RateLimitingSection } from '../limiter/mark-limiting.js';
import { BulkheadPolicy, MarkedBulkheads } from '../policy/bulkhead.js';
import { CircuitBreakerPolicy, MarkedCircuitBreakers } from '../policy/circuit-breaker.js';
import { CoalescePolicy } from '../policy/coalesce.js';
import type { GovernancePolicy } from '../policy/define-policy.js';
import { FallbackPolicy } from '../policy/fallback.js';
import { FaultInjectionPolicy } from '../policy/fault-injection.js';
import { HedgePolicy } from '../policy/hedge.js';
import { IdempotentPolicy } from '../policy/idempotent.js';
import { LoadBalancePolicy, MarkedIsolation, MarkedLoadBalance } from '../policy/load-balance.js';
import type { MarkedPolicies } from '../policy/marked-policy.js';
import { MarkedRetry, RetryPolicy } from '../policy/retry.js';
import { RateLimitPolicy } from '../policy/rate-limit.js';
import { SheddingPolicy } from '../policy/shedding.js';
import { MarkedTimeout, TimeoutPolicy } from '../policy/timeout.js';

/** A kind of policy, and the sections of its policies by mark. */
export interface ExplainedKind {
  readonly kind: GovernancePolicy<object>;
  readonly marked: readonly Section<MarkedPolicies<object>>[];
}

/** Every kind that is told of, in the order in which they are told. */
export const ALL_POLICIES: readonly ExplainedKind[] = [
  explained(BulkheadPolicy, MarkedBulkheads),
  explained(CircuitBreakerPolicy, MarkedCircuitBreakers),
  explained(CoalescePolicy),
  explained(FallbackPolicy),
  explained(FaultInjectionPolicy, MarkedFaults),
  explained(HedgePolicy),
  explained(IdempotentPolicy),
  explained(LoadBalancePolicy, MarkedLoadBalance, MarkedIsolation),
  explained(RateLimitPolicy, RateLimitingSection),
  explained(RetryPolicy, MarkedRetry),
  explained(SheddingPolicy),
  explained(TimeoutPolicy, MarkedTimeout),
];

/** Which fields a kind has does not matter to who only shows them. */
function explained<T extends object>(
  kind: GovernancePolicy<T>,
  ...marked: readonly Section<MarkedPolicies<T>>[]
): ExplainedKind {
  return { kind, marked } as unknown as ExplainedKind;
}
