import { duration, parseDuration, type JsonSchema, type Section } from '@ts-chassis/core';
import { bothPrefixes } from '../dialects/both-prefixes.js';
import { definePolicy } from './define-policy.js';
import { defineMarked, type MarkedPolicies } from './marked-policy.js';

/**
 * What a policy of load balancing says; times in milliseconds. `docs/load-balancing.md` has each field with its default.
 *
 * @example
 * ```ts
 * const patient: Partial<LoadBalanceFields> = { strategy: 'LeastActive', slowStartMs: 30_000, ejectAfterFailures: 10 };
 * ```
 */
export interface LoadBalanceFields {
  readonly strategy: string;
  readonly filters: readonly string[];
  readonly versionRule: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly hashOn: string;
  readonly hashBalance: number;
  /** In milliseconds, though a bare number in the configuration counts in seconds, as go-chassis's key does. */
  readonly sessionTimeout: number;
  readonly sessionFailures: number;
  readonly latencyDecayMs: number;
  readonly slowStartMs: number;
  readonly slowStartAggression: number;
  readonly ejection: boolean;
  readonly ejectAfterFailures: number;
  readonly ejectFailurePercent: number;
  readonly ejectSlowPercent: number;
  readonly slowCallMs: number;
  readonly ejectMinimumCalls: number;
  readonly ejectWindowMs: number;
  readonly ejectMs: number;
  readonly ejectMaximumMs: number;
  readonly maxEjectionPercent: number;
  readonly panicThreshold: number;
}

const percent = (description: string): JsonSchema => ({ type: 'number', minimum: 0, maximum: 100, description });

/** Which instance a call goes to, and which instances are left out for a while. */
export const LoadBalancePolicy = definePolicy<LoadBalanceFields>({
  name: 'loadBalance',
  decorator: 'LoadBalance',
  description: 'Which instance a call goes to, and which instances are left out for a while.',
  fields: {
    strategy: {
      type: 'string',
      minLength: 1,
      description:
        'RoundRobin, Random, SessionStickiness, WeightedResponse, PowerOfTwoChoices, LeastActive, ConsistentHash, SmoothWeighted, or one of your own. Default RoundRobin.',
    },
    filters: {
      type: 'array',
      items: { type: 'string' },
      description: 'Filters in order: zoneaware, metadata, none, or your own. Default none.',
    },
    versionRule: {
      type: 'string',
      pattern: '^\\s*(?:[Ll][Aa][Tt][Ee][Ss][Tt]|\\d+(?:\\.\\d+)*(?:\\+|-\\d+(?:\\.\\d+)*)?)?\\s*$',
      description:
        'Which versions are called: `latest`, `1.0.0`, `1.0.0+` (or later), `1.0.0-2.0.0` (before the second). Empty, the default, for all.',
    },
    metadata: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'For the filter `metadata`: what the metadata of an instance must say.',
    },
    hashOn: {
      type: 'string',
      pattern: '^(?:(?:header|cookie|argument|context):[^:\\s]+|caller|)$',
      description:
        'For ConsistentHash: header:{name}, cookie:{name}, argument:{name}, context:{name} or caller. Calls without a value are spread at random.',
    },
    hashBalance: {
      type: 'number',
      minimum: 1,
      maximum: 100,
      description:
        'For ConsistentHash: calls under way at one instance at most, as a multiple of the mean. Default 1.25.',
    },
    sessionTimeout: duration({
      unit: 's',
      description:
        'For SessionStickiness: a session not used for so long ends. A bare number counts in seconds; default 30.',
    }),
    sessionFailures: {
      type: 'integer',
      minimum: 1,
      description: 'For SessionStickiness: failures in a row after which a session moves. Default 5.',
    },
    latencyDecayMs: duration({
      description: 'How fast measured latencies are forgotten: to 1/e in this time. Default 10s.',
    }),
    slowStartMs: duration({
      description: 'A new or returned instance gets its full share only after this time; 0, the default, for at once.',
    }),
    slowStartAggression: {
      type: 'number',
      minimum: 0.1,
      maximum: 10,
      description: 'How its share grows meanwhile: 1, the default, evenly; above, faster at first; below, slower.',
    },
    ejection: { type: 'boolean', description: 'Whether instances that fail are left out for a while; default true.' },
    ejectAfterFailures: { type: 'integer', minimum: 0, description: 'Failures in a row; 0 for never. Default 5.' },
    ejectFailurePercent: percent('Failures among the calls of a window; 0, the default, for never.'),
    ejectSlowPercent: percent('Slow calls among the calls of a window; 0, the default, for never.'),
    slowCallMs: duration({ description: 'What a slow call is; 0, the default, for none.' }),
    ejectMinimumCalls: {
      type: 'integer',
      minimum: 1,
      description: 'Calls within a window before percentages count; default 10.',
    },
    ejectWindowMs: duration({ description: 'The window that percentages are counted in; default 10s.' }),
    ejectMs: duration({
      description: 'How long an instance is left out the first time; doubled each time in a row. Default 30s.',
    }),
    ejectMaximumMs: duration({ description: 'How long it is left out at most; default 5m.' }),
    maxEjectionPercent: percent('Instances of a service left out at the same time at most. Default 50.'),
    panicThreshold: percent('When fewer instances than this are healthy, all are used. Default 50.'),
  },
  defaults: {
    ...{ strategy: 'RoundRobin', filters: [], versionRule: '', metadata: {}, hashOn: '', hashBalance: 1.25 },
    ...{ sessionTimeout: 30_000, sessionFailures: 5, latencyDecayMs: 10_000, slowStartMs: 0, slowStartAggression: 1 },
    ...{ ejection: true, ejectAfterFailures: 5, ejectFailurePercent: 0, ejectSlowPercent: 0, slowCallMs: 0 },
    ...{ ejectMinimumCalls: 10, ejectWindowMs: 10_000, ejectMs: 30_000, ejectMaximumMs: 300_000 },
    ...{ maxEjectionPercent: 50, panicThreshold: 50 },
  },
  handlers: { consumer: 'loadbalance' },
  home: ['consumer'],
  aliases: {
    ...bothPrefixes({
      ...keyed('strategy.name', 'strategy'),
      ...keyed('serverListFilters', 'filters'),
      ...keyed('SessionStickinessRule.sessionTimeoutInSeconds', 'sessionTimeout'),
      ...keyed('SessionStickinessRule.successiveFailedTimes', 'sessionFailures'),
      ...isolation(),
    }),
    // java-chassis
    'servicecomb.references.version-rule': 'versionRule',
    'servicecomb.references.*.version-rule': 'services.*.versionRule',
  },
});

/** Strategies by mark: `servicecomb.loadbalance.{name}`, after the governance specification of ServiceComb. */
export const MarkedLoadBalance: Section<MarkedPolicies<LoadBalanceFields>> = defineMarked(LoadBalancePolicy, {
  key: 'servicecomb.loadbalance',
  rename: { rule: 'strategy' },
});

/** Ejection by mark: `servicecomb.instanceIsolation.{name}`, whose fields are those of Java's instance isolation. */
export const MarkedIsolation: Section<MarkedPolicies<LoadBalanceFields>> = defineMarked(LoadBalancePolicy, {
  key: 'servicecomb.instanceIsolation',
  rename: {
    enabled: 'ejection',
    minimumNumberOfCalls: 'ejectMinimumCalls',
    failureRateThreshold: 'ejectFailurePercent',
    slowCallRateThreshold: 'ejectSlowPercent',
    slowCallDurationThreshold: 'slowCallMs',
    waitDurationInOpenState: 'ejectMs',
    // a window is one of time here (see `inTime`), and one probe is let through
    slidingWindowSize: '',
    slidingWindowType: '',
    permittedNumberOfCallsInHalfOpenState: '',
    recordFailureStatus: '',
    force: '',
  },
  convert: ofJava,
});

/** A window of time in our words, one of so many calls not at all; and who isolates means half of the calls unless he says otherwise. */
function ofJava(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { slidingWindowType, slidingWindowSize } = fields;
  const seconds = slidingWindowType === 'TIME_BASED' ? parseDuration(slidingWindowSize, 's') : undefined;
  const isOpen = 'failureRateThreshold' in fields || 'ejectFailurePercent' in fields || 'ejectAfterFailures' in fields;
  return {
    ...(seconds !== undefined && { ejectWindowMs: seconds }),
    ...(!isOpen && { ejectFailurePercent: 50 }),
    ...fields,
  };
}

/** go-chassis configures all calls and those to one service. */
function keyed(key: string, field: string): Readonly<Record<string, string>> {
  return { [`loadbalance.${key}`]: field, [`loadbalance.*.${key}`]: `services.*.${field}` };
}

/** The isolation of java-chassis's balancer. */
function isolation(): Readonly<Record<string, string>> {
  return {
    ...keyed('isolation.enabled', 'ejection'),
    ...keyed('isolation.enableRequestThreshold', 'ejectMinimumCalls'),
    ...keyed('isolation.errorThresholdPercentage', 'ejectFailurePercent'),
    ...keyed('isolation.continuousFailureThreshold', 'ejectAfterFailures'),
    ...keyed('isolation.singleTestTime', 'ejectMs'),
  };
}
