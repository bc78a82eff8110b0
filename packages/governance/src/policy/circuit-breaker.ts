import { duration, ERROR_KINDS, parseDuration, type ErrorKind, type JsonSchema } from '@ts-chassis/core';
import { FAILURE_KINDS } from '../outcome/is-failure.js';
import { definePolicy } from './define-policy.js';
import { goChassisKeys } from './go-chassis-keys.js';
import { defineMarked } from './marked-policy.js';
import { SCOPE_ALIASES, SCOPES, type PolicyPart } from './policy-part.js';

/**
 * What a circuit breaker goes by.
 *
 * @example
 * ```ts
 * const fields: Partial<CircuitBreakerFields> = { errorPercent: 30, openMs: 5_000, slowMs: 800 };
 * ```
 */
export interface CircuitBreakerFields {
  /** Default false in the configuration, as in go-chassis; the decorator and a policy by mark turn it on. */
  readonly enabled: boolean;
  /** Refuses every call; wins over `forceClosed`. Default false. */
  readonly forceOpen: boolean;
  /** Lets every call through. Default false. */
  readonly forceClosed: boolean;
  /** How long it stays open before calls are let through to try, in milliseconds; default 15,000. */
  readonly openMs: number;
  /** How many calls the window must hold before it opens; default 20. */
  readonly minimumCalls: number;
  /** It opens when at least so many of a hundred calls failed; default 50. With 0 one failure is enough. */
  readonly errorPercent: number;
  /** A call that took as long is slow, in milliseconds; default 0: none is. */
  readonly slowMs: number;
  /** It opens when at least so many of a hundred calls were slow; default 100. */
  readonly slowPercent: number;
  /** Whether the calls of a time count or the last ones; default `time`. */
  readonly window: 'time' | 'count';
  /** The time that counts, in milliseconds, kept in ten parts; default 10,000. */
  readonly windowMs: number;
  /** The number of last calls that count; default 100. */
  readonly windowCalls: number;
  /** How many calls are let through to try; default 1. */
  readonly halfOpenCalls: number;
  /** Whether one of them that fails or is slow is enough to open again (`all` must succeed), or the percentages decide (`ratio`); default `ratio`. */
  readonly halfOpenDecision: 'all' | 'ratio';
  /** The kinds of errors that count as failures; others count as successes. */
  readonly kinds: readonly ErrorKind[];
  /** What has a circuit of its own: `service`, `instance`, `api` (each operation) or `instance-api`; default `api`. */
  readonly scope: PolicyPart;
}

const percent = (description: string): JsonSchema => ({ type: 'number', minimum: 0, maximum: 100, description });

/** Circuit breakers: `servicecomb.governance.circuitBreaker`. */
export const CircuitBreakerPolicy = definePolicy<CircuitBreakerFields>({
  name: 'circuitBreaker',
  decorator: 'CircuitBreaker',
  description: 'Circuit breakers: calls are refused at once for a while when too many of the last ones failed.',
  fields: {
    enabled: { type: 'boolean', description: 'Whether there is a circuit breaker.' },
    forceOpen: { type: 'boolean', description: 'Refuses every call; wins over forceClosed.' },
    forceClosed: { type: 'boolean', description: 'Lets every call through.' },
    openMs: duration({ description: 'How long it stays open before calls are let through to try.' }),
    minimumCalls: { type: 'integer', minimum: 1, description: 'How many calls the window must hold before it opens.' },
    errorPercent: percent('Opens when at least so many of a hundred calls failed.'),
    slowMs: duration({ description: 'A call that took as long is slow; 0: none is.' }),
    slowPercent: percent('Opens when at least so many of a hundred calls were slow.'),
    window: {
      type: 'string',
      enum: ['time', 'count'],
      description: 'Whether the calls of a time count or the last ones.',
    },
    windowMs: { ...duration({ description: 'The time that counts.' }), minimum: 10 },
    windowCalls: { type: 'integer', minimum: 1, maximum: 100_000, description: 'The number of last calls that count.' },
    halfOpenCalls: { type: 'integer', minimum: 1, description: 'How many calls are let through to try.' },
    halfOpenDecision: {
      type: 'string',
      enum: ['all', 'ratio'],
      description: 'Whether all of them must succeed, or the percentages decide.',
    },
    kinds: {
      type: 'array',
      items: { type: 'string', enum: ERROR_KINDS },
      description: 'The kinds of errors that count as failures.',
    },
    scope: { type: 'string', enum: SCOPES, description: 'What has a circuit of its own.' },
  },
  defaults: {
    enabled: false,
    forceOpen: false,
    forceClosed: false,
    openMs: 15_000,
    minimumCalls: 20,
    errorPercent: 50,
    slowMs: 0,
    slowPercent: 100,
    window: 'time',
    windowMs: 10_000,
    windowCalls: 100,
    halfOpenCalls: 1,
    halfOpenDecision: 'ratio',
    kinds: FAILURE_KINDS,
    scope: 'api',
  },
  handlers: { provider: 'bizkeeper-provider', consumer: 'bizkeeper-consumer', method: 'bizkeeper' },
  aliases: {
    ...SCOPE_ALIASES,
    ...goChassisKeys('circuitBreaker', {
      enabled: 'enabled',
      forceOpen: 'forceOpen',
      forceClosed: 'forceClosed',
      sleepWindowInMilliseconds: 'openMs',
      requestVolumeThreshold: 'minimumCalls',
      errorThresholdPercentage: 'errorPercent',
    }),
  },
});

/** Circuit breakers by mark: `servicecomb.circuitBreaker.{name}`, with the names of the ServiceComb specification. */
export const MarkedCircuitBreakers = defineMarked(CircuitBreakerPolicy, {
  key: 'servicecomb.circuitBreaker',
  description: 'Circuit breakers by mark: YAML text or a map for each.',
  rename: {
    failureRateThreshold: 'errorPercent',
    slowCallRateThreshold: 'slowPercent',
    slowCallDurationThreshold: 'slowMs',
    minimumNumberOfCalls: 'minimumCalls',
    slidingWindowType: 'window',
    waitDurationInOpenState: 'openMs',
    permittedNumberOfCallsInHalfOpenState: 'halfOpenCalls',
    recordFailureStatus: '',
  },
  convert: windowed,
});

/** `slidingWindowSize` is a number of calls, or a time: a bare number of it counts seconds. */
function windowed(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { slidingWindowSize: size, slidingWindowType: type, ...rest } = fields;
  const window = typeof type === 'string' ? type.toLowerCase().replace(/_based$/, '') : type;
  const counts = (window ?? rest['window']) === 'count';
  return {
    ...rest,
    ...(window !== undefined && { window }),
    ...(size !== undefined && (counts ? { windowCalls: size } : { windowMs: parseDuration(size, 's') ?? size })),
  };
}
