import type { Next, PlanContext, PlannedHandler, Services } from '@ts-chassis/core';
import { GovernanceEvents } from '../events/governance-events.js';
import { RateLimitPolicy, type RateLimitFields } from '../policy/rate-limit.js';
import { Admission } from './admission.js';
import { KeyedBuckets } from './keyed-buckets.js';
import { callersLevel, limitLevel, type LimitLevel } from './limit-level.js';
import { LimitStores } from './limit-stores.js';
import { KeyedLimiter, LocalLimiter, StoredLimiter, type Limiter } from './limiter.js';
import { limitOf, type Limit } from './limit.js';
import { placeOf } from './place.js';
import { TokenBucket } from './token-bucket.js';

/** The limiter of a caller; null for one that has no limit. */
type Callers = ReadonlyMap<string, Limiter | null>;

/**
 * `ratelimiter-provider`, `ratelimiter-consumer` and `ratelimiter`: the narrowest level that says anything of the limit has the limiter, which all
 * below it share. On the provider side a caller that is named at the same or a narrower level has one of its own instead.
 */
export class RateLimiting implements PlannedHandler {
  constructor(private readonly services: Services) {}

  plan(context: PlanContext, next: Next): Next {
    const resolved = context.policy(RateLimitPolicy);
    if (!resolved?.value.enabled) return next;
    const level = limitLevel(context, resolved);
    const forAll = level && this.#forAll(context, level);
    const callers = this.#callers(context, callersLevel(context, resolved), level);
    const admission = new Admission(context.clock, this.services.get(GovernanceEvents));
    if (callers.size === 0) return forAll ? admission.link(forAll, next) : next;
    return (invocation) => {
      const own = callers.get(invocation.source.service);
      const limiter = own === undefined ? forAll : own;
      return limiter ? admission.pass(limiter, invocation, next) : next(invocation);
    };
  }

  #forAll(context: PlanContext, level: LimitLevel): Limiter | undefined {
    const limit = limitOf(level.value);
    const name = level.path.join('.') || context.service;
    return limit && this.#limiter(context, level, { name, limit, steps: [], key: level.value.key });
  }

  #callers(context: PlanContext, level: LimitLevel | undefined, forAll: LimitLevel | undefined): Callers {
    const callers = new Map<string, Limiter | null>();
    if (context.side !== 'provider' || !level || (forAll && forAll.rank < level.rank)) return callers;
    for (const [caller, rate] of Object.entries(level.value.callers)) {
      // the burst beside the rate for all is meant for that
      const { perMs, maxWaitMs } = level.value;
      const limit = limitOf({ rate, maxWaitMs, ...(perMs !== undefined && { perMs }) });
      const steps = ['caller', caller];
      callers.set(caller, limit ? this.#limiter(context, level, { name: `caller ${caller}`, limit, steps }) : null);
    }
    return callers;
  }

  #limiter(context: PlanContext, level: LimitLevel, wanted: Wanted): Limiter {
    const { name, limit, steps, key } = wanted;
    const store = this.services.get(LimitStores).get(level.value.store, level.storeKey);
    const state = [...steps, ...(key ? ['keys'] : [])].join(' ') || 'limit';
    if (store) {
      const place = placeOf(this.services.identity, [context.side, context.service, ...level.path, ...steps]);
      const buckets = context.state(`stored ${state}`, () => new KeyedBuckets(), undefined, level.options);
      return new StoredLimiter(name, { store, place, limit, buckets, key });
    }
    if (key) {
      const buckets = context.state(state, () => new KeyedBuckets(), undefined, level.options);
      return new KeyedLimiter(name, { buckets, limit, key });
    }
    const { clock } = context;
    const make = (): TokenBucket => new TokenBucket(limit, clock.elapsed());
    const change = (bucket: TokenBucket): void => bucket.change(limit, clock.elapsed());
    return new LocalLimiter(name, context.state(state, make, change, level.options));
  }
}

interface Wanted {
  readonly name: string;
  readonly limit: Limit;
  /** From its level to it. */
  readonly steps: readonly string[];
  readonly key?: RateLimitFields['key'] | undefined;
}
