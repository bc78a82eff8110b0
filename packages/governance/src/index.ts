export { type CircuitState } from './breaker/algorithm.js';
export { CircuitBreakers } from './breaker/circuit-breakers.js';
export { CircuitReporterPort, type CircuitReporter } from './breaker/circuit-reporter.js';
export { CircuitBreaker } from './breaker/decorator.js';
export { type CircuitSnapshot } from './breaker/named-circuit.js';
export { Bulkhead } from './bulkhead/decorator.js';
export { Coalesce, type CoalesceOptions } from './coalesce/decorator.js';
export {
  controlPanel,
  ControlPanelPort,
  type ControlPanel,
  type ControlPanelFactory,
  type PanelPolicies,
} from './control/control-panel.js';
export { GOVERNANCE_ERRORS, type GovernanceErrorCode } from './errors/codes.js';
export { GovernanceEvents, type GovernanceEventMap, type GovernanceEventName } from './events/governance-events.js';
export {
  type ExplainedField,
  type ExplainedMatch,
  type ExplainedPolicy,
  type ExplainedRoute,
  type GovernanceExplanation,
} from './explain/explanation.js';
export { type GovernanceCall } from './explain/governance-call.js';
export { Governance } from './explain/governance.js';
export { Fallback } from './fallback/decorator.js';
export { FallbackPort, type NamedFallback } from './fallback/fallback-port.js';
export { type Fault } from './fault/algorithm.js';
export { FaultInjection, type FaultInjectionOptions } from './fault/decorator.js';
export { FaultInjectorPort, type FaultInjector, type FaultTools } from './fault/fault-injector.js';
export { Hedge, type HedgeOptions } from './hedge/decorator.js';
export { LimitStorePort, type LimitAnswer, type LimitStore } from './limiter/limit-store.js';
export { type Limit } from './limiter/limit.js';
export { MemoryLimits } from './limiter/memory-limits.js';
export { RateLimit, type RateLimitOptions } from './limiter/rate-limit.js';
export { InstanceFilterPort, type FilterContext, type InstanceFilter } from './load-balance/instance-filter.js';
export { LoadBalance, type LoadBalanceOptions } from './load-balance/load-balance.js';
export { LoadBalancingStrategy } from './load-balance/load-balancing-strategy.js';
export { PickedInstance } from './load-balance/picked-instance.js';
export {
  StrategyPort,
  type BalancedInstance,
  type BalancingStrategy,
  type PickCall,
  type PickOutcome,
  type StrategyFactory,
  type StrategyOptions,
} from './load-balance/strategy.js';
export { MatchOperatorPort, type MatchOperator, type MatchTest } from './match/match-operator.js';
export { governance, type GovernanceOptions } from './plugin.js';
export { type BulkheadFields } from './policy/bulkhead.js';
export { type CircuitBreakerFields } from './policy/circuit-breaker.js';
export { type CoalesceKey } from './policy/coalesce.js';
export {
  definePolicy,
  type Contradiction,
  type GovernancePolicy,
  type PolicyDefinition,
} from './policy/define-policy.js';
export { type FallbackFields, type FallbackFunction } from './policy/fallback.js';
export {
  type AbortFault,
  type DelayFault,
  type FaultInjectionFields,
  type ProtocolFaults,
} from './policy/fault-fields.js';
export { type LoadBalanceFields } from './policy/load-balance.js';
export { defineMarked, type MarkedOptions, type MarkedPolicies } from './policy/marked-policy.js';
export {
  policyDecorator,
  type AsyncMethod,
  type PolicyDecorator,
  type SideOptions,
} from './policy/policy-decorator.js';
export { type PolicyPart } from './policy/policy-part.js';
export { type RateLimitKey } from './policy/rate-limit.js';
export { type BackoffKind } from './policy/retry.js';
export { type SheddingFields } from './policy/shedding.js';
export {
  QuotaPort,
  type QuotaManager,
  type QuotaManagerFactory,
  type QuotaRequest,
  type QuotaState,
} from './quota/quota-manager.js';
export { Quota } from './quota/quota.js';
export { Idempotent, Retry, type RetryOptions } from './retry/decorator.js';
export { TriedInstances } from './retry/tried-instances.js';
export { RouteSourcePort, type RouteSource, type RouteSourceOptions } from './route/route-source.js';
export { Shed, type ShedOptions } from './shedding/decorator.js';
export { Timeout } from './timeout/decorator.js';
