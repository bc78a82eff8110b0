import { duration } from '@ts-chassis/core';
import { definePolicy } from './define-policy.js';
import { goChassisKeys } from './go-chassis-keys.js';
import { defineMarked } from './marked-policy.js';
import { SCOPE_ALIASES, SCOPES, type PolicyPart } from './policy-part.js';

/**
 * What a bulkhead goes by.
 *
 * @example
 * ```ts
 * const fields: Partial<BulkheadFields> = { concurrent: 20, queue: 50, waitMs: 200 };
 * ```
 */
export interface BulkheadFields {
  /**
   * How many calls may be under way at a time. There is no bulkhead where nobody says it; in a policy by mark the default is 1,000. With 0 every call is
   * refused.
   */
  readonly concurrent: number;
  /** How many more may wait for a place; default none, and as many as `concurrent` where `waitMs` is said. */
  readonly queue?: number;
  /** How long a call may wait, in milliseconds; default 0: as long as its deadline lets it. */
  readonly waitMs: number;
  /** What has a bulkhead of its own: `service`, `instance`, `api` (each operation) or `instance-api`; default `api`. */
  readonly scope: PolicyPart;
}

/** Bulkheads: `servicecomb.governance.bulkhead`. */
export const BulkheadPolicy = definePolicy<BulkheadFields>({
  name: 'bulkhead',
  decorator: 'Bulkhead',
  description: 'Bulkheads: how many calls may be under way at a time, and how many may wait.',
  fields: {
    concurrent: {
      type: 'integer',
      minimum: 0,
      description: 'How many calls may be under way at a time; 0 refuses all.',
    },
    queue: { type: 'integer', minimum: 0, description: 'How many more may wait for a place.' },
    waitMs: duration({ description: 'How long a call may wait; 0: as long as its deadline lets it.' }),
    scope: { type: 'string', enum: SCOPES, description: 'What has a bulkhead of its own.' },
  },
  defaults: { concurrent: 1000, waitMs: 0, scope: 'api' },
  handlers: { provider: 'bulkhead', consumer: 'bulkhead', method: 'bulkhead' },
  home: ['provider'],
  aliases: { ...SCOPE_ALIASES, ...goChassisKeys('isolation', { maxConcurrentRequests: 'concurrent' }) },
});

/** Bulkheads by mark: `servicecomb.bulkhead.{name}`, with the names of the ServiceComb specification. */
export const MarkedBulkheads = defineMarked(BulkheadPolicy, {
  key: 'servicecomb.bulkhead',
  description: 'Bulkheads by mark: YAML text or a map for each.',
  rename: { maxConcurrentCalls: 'concurrent', maxWaitDuration: 'waitMs' },
  // there, no time to wait means not to wait; without a queue here it means the same
  convert: ({ maxWaitDuration, ...rest }) => (maxWaitDuration === 0 ? rest : { ...rest, maxWaitDuration }),
});
