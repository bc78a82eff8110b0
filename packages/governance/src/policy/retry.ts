import { duration, ERROR_KINDS, type ErrorKind, type JsonSchema } from '@ts-chassis/core';
import { bothPrefixes } from '../dialects/both-prefixes.js';
import { definePolicy, type Contradiction } from './define-policy.js';
import { defineMarked } from './marked-policy.js';

/**
 * How the wait before a further try grows, in go-chassis's words: `exponential` from the shortest, `constant` at the shortest, `zero` not at all.
 *
 * @example
 * ```ts
 * const backoff: BackoffKind = 'constant';
 * ```
 */
export type BackoffKind = 'exponential' | 'constant' | 'zero';

/** What a retry policy says. */
export interface RetryFields {
  readonly enabled: boolean | undefined;
  readonly attempts: number | undefined;
  readonly retryOnSame: number | undefined;
  readonly retryOnNext: number | undefined;
  readonly backoff: BackoffKind;
  readonly minMs: number;
  readonly maxMs: number;
  readonly multiplier: number;
  readonly jitter: number;
  readonly on: readonly ErrorKind[];
  readonly statuses: readonly number[];
  readonly rejections: boolean;
  readonly perTryTimeoutMs: number | undefined;
  readonly budget: number;
  readonly budgetBurst: number;
  readonly onlyIdempotent: boolean;
  readonly nested: boolean;
}

const count = (description: string, minimum: number): JsonSchema => ({
  type: 'integer',
  minimum,
  maximum: 100,
  description,
});

/** Retries, where go-chassis and the ServiceComb specification configure them and by `@Retry`. */
export const RetryPolicy = definePolicy<RetryFields>({
  name: 'retry',
  decorator: 'Retry',
  description: 'Further tries of calls that failed in a way that another try may mend.',
  fields: {
    enabled: {
      type: 'boolean',
      description: 'Whether calls are tried again; default: where `attempts` is said.',
    },
    attempts: count(
      'Tries of a call at most, the first one included; default (retryOnSame + 1) x (retryOnNext + 1).',
      1,
    ),
    retryOnSame: count('Further tries on the same instance before another one is picked; default 0.', 0),
    retryOnNext: count('Further instances that are picked; default 0.', 0),
    backoff: {
      enum: ['exponential', 'constant', 'zero'],
      description:
        'How long to wait before a further try: `exponential` from minMs, `constant` minMs, `zero` not at all. Default exponential.',
    },
    minMs: duration({ description: 'The first wait; 0, the default, for none.' }),
    maxMs: duration({ description: 'The longest wait; 0, the default, for no limit. Never less than minMs.' }),
    multiplier: {
      type: 'number',
      minimum: 1,
      maximum: 100,
      description: 'What an exponential wait grows by; default 1.5.',
    },
    jitter: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      description: 'How far an exponential wait may differ at random, as a share of it; default 0.5.',
    },
    on: {
      type: 'array',
      items: { enum: [...ERROR_KINDS] },
      description:
        'Kinds of failures that are tried again; default UNAVAILABLE and DEADLINE_EXCEEDED. Where servicecomb.transport.failure lists statuses, those decide of what a callee answered.',
    },
    statuses: {
      type: 'array',
      items: { type: 'integer', minimum: 100, maximum: 599 },
      description: 'Statuses of answers that are tried again as well.',
    },
    rejections: {
      type: 'boolean',
      description: 'Whether what our own breaker, limiter or bulkhead refused is tried again; default false.',
    },
    perTryTimeoutMs: duration({ description: 'Time granted to each try; 0 for no limit but that of the call.' }),
    budget: {
      type: 'number',
      minimum: 0,
      maximum: 100,
      description: 'Further tries at most for each call of the same service, over time; default 0.2.',
    },
    budgetBurst: {
      type: 'integer',
      minimum: 0,
      maximum: 100_000,
      description: 'Further tries that may be made beyond the budget before it counts; default 10.',
    },
    onlyIdempotent: {
      type: 'boolean',
      description:
        'Whether operations that must not run twice are tried again only when nothing of the call was sent; default true.',
    },
    nested: {
      type: 'boolean',
      description: 'Whether calls made inside a call that is itself tried again are tried again too; default false.',
    },
  },
  defaults: {
    ...{ enabled: undefined, attempts: undefined, retryOnSame: undefined, retryOnNext: undefined },
    ...{ backoff: 'exponential', minMs: 0, maxMs: 0, multiplier: 1.5, jitter: 0.5 },
    ...{ on: ['UNAVAILABLE', 'DEADLINE_EXCEEDED'], statuses: [], rejections: false, perTryTimeoutMs: undefined },
    ...{ budget: 0.2, budgetBurst: 10, onlyIdempotent: true, nested: false },
  },
  handlers: { consumer: 'retry', method: 'retry' },
  check: longestWait,
  aliases: bothPrefixes({
    ...loadBalance('retryEnabled', 'enabled'),
    ...loadBalance('retryOnSame', 'retryOnSame'),
    ...loadBalance('retryOnNext', 'retryOnNext'),
    ...loadBalance('backoff.kind', 'backoff'),
    ...loadBalance('backoff.minMs', 'minMs'),
    ...loadBalance('backoff.MinMs', 'minMs'),
    ...loadBalance('backoff.maxMs', 'maxMs'),
    ...loadBalance('backoff.MaxMs', 'maxMs'),
  }),
});

/** Retries by mark: `servicecomb.retry.{name}`. */
export const MarkedRetry = defineMarked<RetryFields>(RetryPolicy, {
  key: 'servicecomb.retry',
  rename: {
    maxAttempts: 'attempts',
    waitDuration: 'minMs',
    retryOnResponseStatus: 'statuses',
    retryStrategy: 'backoff',
    initialInterval: 'minMs',
    randomizationFactor: 'jitter',
    failAfterMaxAttempts: '',
  },
  convert: fromSpecification,
  missing: longestWait,
});

/** A longest wait below the first one says that somebody mistook one for the other. */
function longestWait({ minMs = 0, maxMs = 0 }: Partial<RetryFields>): Contradiction | undefined {
  if (maxMs === 0 || maxMs >= minMs) return undefined;
  return { field: 'maxMs', expected: `at least minMs, which is ${minMs} (or 0 for no limit)`, got: String(maxMs) };
}

const STRATEGIES: Readonly<Record<string, BackoffKind>> = { FixedInterval: 'constant', RandomBackoff: 'exponential' };

/** The specification counts further tries, and its kinds of waits have other names. */
function fromSpecification(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { maxAttempts, retryStrategy, ...others } = fields;
  const further = maxAttempts === null || maxAttempts === '' ? NaN : Number(maxAttempts);
  const strategy = STRATEGIES[String(retryStrategy)] ?? retryStrategy;
  return {
    ...others,
    ...(maxAttempts !== undefined && { maxAttempts: Number.isInteger(further) ? further + 1 : maxAttempts }),
    ...(retryStrategy !== undefined && { retryStrategy: strategy }),
  };
}

/** go-chassis configures retries of all calls and of one service's; the methods of our own classes are none of its. */
function loadBalance(key: string, field: string): Readonly<Record<string, string>> {
  return { [`loadbalance.${key}`]: `consumer.${field}`, [`loadbalance.*.${key}`]: `consumer.services.*.${field}` };
}
