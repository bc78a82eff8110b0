import { duration } from '@ts-chassis/core';
import { definePolicy } from './define-policy.js';

/**
 * When calls are shed.
 *
 * @example
 * ```ts
 * const fields: Partial<SheddingFields> = { priority: 80, priorities: { batch: 0 } };
 * ```
 */
export interface SheddingFields {
  /** Default true. */
  readonly enabled: boolean;
  /** Of calls whose mark has no priority of its own: 0 is shed first, 100 last. Default 50. */
  readonly priority: number;
  /** By mark. */
  readonly priorities: Readonly<Record<string, number>>;
  /** Whether the limit follows what is measured between the two bounds; false: it is `maxConcurrent`. Default true. */
  readonly adaptive: boolean;
  /** Calls at a time that are let in however slow they are. Default 8. */
  readonly minConcurrent: number;
  /** Calls at a time that are never exceeded by those of priority 50 and below. Default 1000. */
  readonly maxConcurrent: number;
  /** Where the limit begins. Default 64. */
  readonly initialConcurrent: number;
  /** How many times slower than at rest calls may be before the limit falls. Default 1.5. */
  readonly tolerance: number;
  /** How late the event loop may run, on average over half a second, in milliseconds; 0 does not look. Default 100. */
  readonly maxLagMs: number;
  /** After what time those who were refused are asked to come back, in milliseconds. Default 1000. */
  readonly retryAfterMs: number;
}

const PRIORITY = { type: 'number', minimum: 0, maximum: 100 };
const CALLS = { type: 'integer', minimum: 1 };

/**
 * The kind of policy that refuses calls when the process has more to do than it can. Limits belong to the process: they are read from the
 * configuration of the service and above; priorities from anywhere.
 */
export const SheddingPolicy = definePolicy<SheddingFields>({
  name: 'shedding',
  decorator: 'Shed',
  description: 'Refuses calls when the process has more to do than it can, those of low priority first.',
  fields: {
    enabled: {
      type: 'boolean',
      description: 'Whether calls are shed. Default true, where anything is said of shedding.',
    },
    priority: { ...PRIORITY, description: 'Of calls without a priority by mark: 0 is shed first. Default 50.' },
    priorities: { type: 'object', additionalProperties: PRIORITY, description: 'Priorities by mark.' },
    adaptive: { type: 'boolean', description: 'Whether the limit follows what is measured. Default true.' },
    minConcurrent: { ...CALLS, description: 'Calls at a time that are let in however slow they are. Default 8.' },
    maxConcurrent: { ...CALLS, description: 'Most calls at a time, at priority 50. Default 1000.' },
    initialConcurrent: { ...CALLS, description: 'Where the limit begins. Default 64.' },
    tolerance: { type: 'number', minimum: 1, description: 'Slowness against that at rest that is borne. Default 1.5.' },
    maxLagMs: duration({ description: 'Lateness of the event loop that is borne; 0 does not look. Default 100ms.' }),
    retryAfterMs: duration({ description: 'When those refused are asked to come back. Default 1s.' }),
  },
  defaults: {
    enabled: true,
    priority: 50,
    priorities: {},
    adaptive: true,
    minConcurrent: 8,
    maxConcurrent: 1000,
    initialConcurrent: 64,
    tolerance: 1.5,
    maxLagMs: 100,
    retryAfterMs: 1000,
  },
  handlers: { provider: 'shedding' },
  check: ({ minConcurrent = 0, maxConcurrent = Infinity }) =>
    minConcurrent <= maxConcurrent
      ? undefined
      : {
          field: 'minConcurrent',
          expected: `at most maxConcurrent, which is ${maxConcurrent}`,
          got: `${minConcurrent}`,
        },
  home: ['provider'],
});
