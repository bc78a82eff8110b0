import type { PolicyKind, Side } from '@ts-chassis/core';
import { BulkheadPolicy } from '../policy/bulkhead.js';
import { CircuitBreakerPolicy } from '../policy/circuit-breaker.js';
import { FallbackPolicy } from '../policy/fallback.js';
import { FaultInjectionPolicy } from '../policy/fault-injection.js';
import { LoadBalancePolicy } from '../policy/load-balance.js';
import { RateLimitPolicy } from '../policy/rate-limit.js';
import { RetryPolicy } from '../policy/retry.js';
import { TimeoutPolicy } from '../policy/timeout.js';

/** A key as go-chassis writes it, what it is set to, and where that must be found: in calls of `shelf.find` of `catalog`. */
export interface KeyRow {
  /** Without `cse.` or `servicecomb.`; both are tried. */
  readonly key: string;
  readonly value: unknown;
  readonly kind: PolicyKind<object>;
  readonly side: Side;
  /** Dotted. */
  readonly field: string;
  /** Default the value. */
  readonly becomes?: unknown;
}

type Rows = readonly (readonly [key: string, value: unknown, field: string, becomes?: unknown])[];

/** Every key on each level of go-chassis: for all, and for one service. */
function both(prefix: string, at: { kind: object; side: Side }, rows: Rows): readonly KeyRow[] {
  const kind = at.kind as PolicyKind<object>;
  return rows.flatMap(([key, value, field, becomes = value]) =>
    [prefix, `${prefix}.catalog`].map((head) => ({
      key: `${head}.${key}`,
      value,
      kind,
      side: at.side,
      field,
      becomes,
    })),
  );
}

const one = (key: string, kind: object, row: Omit<KeyRow, 'key' | 'kind'>): KeyRow => ({
  ...{ key, kind: kind as PolicyKind<object> },
  ...row,
});

const SIDES = [
  ['Consumer', 'consumer'],
  ['Provider', 'provider'],
] as const;
const FAULT = 'policy.fault.protocols.rest';
const FAULT_SCOPES = ['_global', 'catalog', 'catalog.schemas.shelf', 'catalog.schemas.shelf.operations.find'];

/** Every key of go-chassis's `load_balancing.yaml`, `circuit_breaker.yaml`, `rate_limiting.yaml` and fault files that means a policy. */
export const GO_CHASSIS_KEYS: readonly KeyRow[] = [
  ...both('loadbalance', { kind: LoadBalancePolicy, side: 'consumer' }, [
    ['strategy.name', 'Random', 'strategy'],
    ['serverListFilters', 'zoneaware', 'filters', ['zoneaware']],
    ['SessionStickinessRule.sessionTimeoutInSeconds', 12, 'sessionTimeout', 12_000],
    ['SessionStickinessRule.successiveFailedTimes', '7', 'sessionFailures', 7],
  ]),
  ...both('loadbalance', { kind: RetryPolicy, side: 'consumer' }, [
    ['retryEnabled', 'true', 'enabled', true],
    ['retryOnSame', 1, 'retryOnSame'],
    ['retryOnNext', '2', 'retryOnNext', 2],
    ['backoff.kind', 'constant', 'backoff'],
    ['backoff.minMs', 200, 'minMs'],
    ['backoff.MinMs', 200, 'minMs'],
    ['backoff.maxMs', 400, 'maxMs'],
    ['backoff.MaxMs', 400, 'maxMs'],
  ]),
  ...SIDES.flatMap(([type, side]) => [
    ...both(`isolation.${type}`, { kind: TimeoutPolicy, side }, [['timeoutInMilliseconds', '1500', 'ms', 1500]]),
    ...both(`isolation.${type}`, { kind: BulkheadPolicy, side }, [['maxConcurrentRequests', 7, 'concurrent']]),
    ...both(`circuitBreaker.${type}`, { kind: CircuitBreakerPolicy, side }, [
      ['enabled', true, 'enabled'],
      ['forceOpen', true, 'forceOpen'],
      ['forceClosed', true, 'forceClosed'],
      ['sleepWindowInMilliseconds', 9000, 'openMs'],
      ['requestVolumeThreshold', 31, 'minimumCalls'],
      ['errorThresholdPercentage', 44, 'errorPercent'],
    ]),
    ...both(`fallback.${type}`, { kind: FallbackPolicy, side }, [
      ['enabled', false, 'enabled'],
      ['force', true, 'force'],
    ]),
    ...both(`fallbackpolicy.${type}`, { kind: FallbackPolicy, side }, [['policy', 'returnnull', 'policy']]),
    one('circuitBreaker.scope', CircuitBreakerPolicy, { value: 'instance-api', side, field: 'scope' }),
    one('circuitBreaker.scope', BulkheadPolicy, { value: 'service', side, field: 'scope' }),
  ]),
  one('flowcontrol.Consumer.qps.enabled', RateLimitPolicy, { value: false, side: 'consumer', field: 'enabled' }),
  one('flowcontrol.Provider.qps.enabled', RateLimitPolicy, { value: false, side: 'provider', field: 'enabled' }),
  ...['catalog', 'catalog.shelf', 'catalog.shelf.find'].map((target) =>
    one(`flowcontrol.Consumer.qps.limit.${target}`, RateLimitPolicy, {
      ...{ value: '55', side: 'consumer', field: 'rate', becomes: 55 },
    }),
  ),
  one('flowcontrol.Provider.qps.limit.orders', RateLimitPolicy, {
    value: 66,
    side: 'provider',
    field: 'callers.orders',
  }),
  one('flowcontrol.Provider.qps.global.limit', RateLimitPolicy, { value: 77, side: 'provider', field: 'rate' }),
  ...FAULT_SCOPES.flatMap((scope) => [
    ...(
      [
        ['abort', 'httpStatus', 503],
        ['abort', 'percent', 20],
      ] as const
    ).map(([part, name, value]) =>
      one(`governance.Consumer.${scope}.${FAULT}.${part}.${name}`, FaultInjectionPolicy, {
        ...{ value, side: 'consumer', field: `protocols.rest.${part}.${name}` },
      }),
    ),
    one(`governance.Consumer.${scope}.${FAULT}.delay.fixedDelay`, FaultInjectionPolicy, {
      ...{ value: 40, side: 'consumer', field: 'protocols.rest.delay.fixedDelayMs' },
    }),
    one(`governance.Consumer.${scope}.${FAULT}.delay.percent`, FaultInjectionPolicy, {
      ...{ value: 30, side: 'consumer', field: 'protocols.rest.delay.percent' },
    }),
  ]),
];
