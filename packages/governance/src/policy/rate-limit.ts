import { duration, type Invocation } from '@ts-chassis/core';
import { definePolicy } from './define-policy.js';

/**
 * Whose share of a limit a call takes; undefined for a call that is not limited.
 *
 * @example
 * ```ts
 * const byAddress: RateLimitKey = ({ source }) => source.remoteAddress;
 * ```
 */
export type RateLimitKey = (invocation: Invocation) => string | undefined;

export interface RateLimitFields {
  readonly enabled: boolean;
  /** Calls in a period; zero or less: none. */
  readonly rate: number;
  readonly perMs?: number;
  /** Zero means as little as leaving it out, as in go-chassis's own structure. */
  readonly burst?: number;
  readonly maxWaitMs: number;
  /** The rate of a caller, by its service's name. */
  readonly callers: Readonly<Record<string, number>>;
  readonly store: string;
  /** Only decorators can say a function. */
  readonly key?: RateLimitKey | null;
}

/** A rate of this or more is no limit: what go-chassis writes for it. */
export const UNLIMITED = 2_147_483_647;

/** The name of the store in this process. */
export const MEMORY = 'memory';

/** go-chassis's keys, in the spelling of its code (`cse`) and that of its documents (`servicecomb`). */
function flowControl(prefix: 'cse' | 'servicecomb'): Readonly<Record<string, string>> {
  const keys = `${prefix}.flowcontrol`;
  const limit = `${keys}.Consumer.qps.limit`;
  const schema = 'consumer.services.*.schemas.*';
  return {
    [`${keys}.Provider.qps.enabled`]: 'provider.enabled',
    [`${keys}.Provider.qps.global.limit`]: 'provider.rate',
    [`${keys}.Provider.qps.limit.*`]: 'provider.callers.*',
    [`${keys}.Consumer.qps.enabled`]: 'consumer.enabled',
    [`${limit}.*`]: 'consumer.services.*.rate',
    [`${limit}.*.*`]: `${schema}.rate`,
    [`${limit}.*.*.*`]: `${schema}.operations.*.rate`,
  };
}

/** How many calls are let through in a time: `ratelimiter-provider`, `ratelimiter-consumer`, and by mark `rate-limiter`. */
export const RateLimitPolicy = definePolicy<RateLimitFields>({
  name: 'rateLimit',
  decorator: 'RateLimit',
  description: 'How many calls are let through in a time.',
  fields: {
    enabled: { type: 'boolean', description: 'Whether the limit is in force. Default true.' },
    rate: { type: 'number', description: 'Calls in a period; zero or less lets none through. 2147483647 is no limit.' },
    perMs: {
      ...duration({ description: 'The period of the rate. Default one second.' }),
      minimum: 1,
    },
    burst: {
      type: 'number',
      minimum: 0,
      description:
        'Calls at once after a rest. Default a fifth of the rate, or with a period of its own all of it; at least 1.',
    },
    maxWaitMs: duration({ description: 'How long a call may wait for its turn instead of being refused. Default 0.' }),
    callers: {
      type: 'object',
      additionalProperties: { type: 'number' },
      description: 'Provider: the rate of each calling service by name, in place of that for all.',
    },
    store: {
      type: 'string',
      minLength: 1,
      description: 'Where it is counted: a limit store by name. Default "memory".',
    },
    key: { type: 'null', description: 'A function of the decorator: whose share a call takes.' },
  },
  defaults: { enabled: true, rate: UNLIMITED, maxWaitMs: 0, callers: {}, store: MEMORY },
  handlers: { provider: 'ratelimiter-provider', consumer: 'ratelimiter-consumer', method: 'ratelimiter' },
  home: ['provider'],
  aliases: { ...flowControl('cse'), ...flowControl('servicecomb') },
});
