import type { PlanContext, Resolved, StateOptions } from '@ts-chassis/core';
import { RateLimitPolicy, type RateLimitFields } from '../policy/rate-limit.js';

/** How far a limit reaches that is said somewhere: all below that place share it. From the narrowest. */
const REACHES: readonly { readonly origins: readonly string[]; readonly options: StateOptions }[] = [
  { origins: ['operation configuration', 'method decorator'], options: {} },
  { origins: ['schema configuration', 'class decorator'], options: { share: 'schema' } },
  { origins: ['service configuration', 'global configuration'], options: { share: 'service' } },
];

/** The level at which a limit is said, with the whole policy as it is there. */
export interface LimitLevel {
  /** Smaller is narrower. */
  readonly rank: number;
  readonly options: StateOptions;
  readonly value: RateLimitFields;
  /** Where its store is said, for messages. */
  readonly storeKey: string;
  /** The steps from the service to it. */
  readonly path: readonly string[];
}

/** What makes a limit one of its own when a level says any of it. */
const OF_THE_LIMIT = ['rate', 'perMs', 'burst', 'maxWaitMs', 'key', 'store'] as const;

/** The narrowest level that says anything of the limit for all; undefined when none does. */
export function limitLevel(context: PlanContext, { origins }: Resolved<RateLimitFields>): LimitLevel | undefined {
  return levelAt(context, Math.min(...OF_THE_LIMIT.map((field) => rankOf(origins[field]))));
}

/** The narrowest level that names callers; undefined when none does. */
export function callersLevel(context: PlanContext, { origins }: Resolved<RateLimitFields>): LimitLevel | undefined {
  return levelAt(context, rankOf(origins.callers));
}

function rankOf(origin: string | undefined): number {
  const rank = REACHES.findIndex(({ origins }) => origins.includes(origin ?? ''));
  return rank < 0 ? Infinity : rank;
}

function levelAt(context: PlanContext, rank: number): LimitLevel | undefined {
  const reach = REACHES[rank];
  if (!reach) return undefined;
  const { schema, name } = context.operation;
  const { value, keys } = context.policy(RateLimitPolicy, reach.options)!;
  const storeKey = keys.store ?? `@RateLimit of ${context.operation.id}`;
  return { rank, options: reach.options, value, storeKey, path: [schema.id, name].slice(0, 2 - rank) };
}
