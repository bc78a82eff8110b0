import type { Clock, Next, PlanContext, PlannedHandler, Services } from '@ts-chassis/core';
import { GovernanceEvents } from '../events/governance-events.js';
import { defineMarked, type MarkedPolicies } from '../policy/marked-policy.js';
import { placeOfMark } from '../policy/named-policies.js';
import { MEMORY, RateLimitPolicy, type RateLimitFields } from '../policy/rate-limit.js';
import { Admission } from './admission.js';
import { KeyedBuckets } from './keyed-buckets.js';
import { LimitStores } from './limit-stores.js';
import { LocalLimiter, StoredLimiter, type Limiter } from './limiter.js';
import { limitOf } from './limit.js';
import { placeOf } from './place.js';
import { TokenBucket } from './token-bucket.js';

/** `servicecomb.rateLimiting.{name}`: go-chassis's `{match, rate, burst}` and Java's `{rate, limitRefreshPeriod, timeoutDuration}`. */
export const RateLimitingSection = defineMarked(RateLimitPolicy, {
  key: 'servicecomb.rateLimiting',
  description: 'Rate limits by mark: how many marked calls are let through in a time.',
  rename: { limitRefreshPeriod: 'perMs', limitForPeriod: 'rate', timeoutDuration: 'maxWaitMs' },
  missing: ({ enabled, rate }) =>
    enabled === false || rate !== undefined ? undefined : { field: 'rate', expected: 'calls in a period' },
});

type Marked = MarkedPolicies<RateLimitFields>;

/** As go-chassis calls the mark of a request that has none. */
const UNMARKED = 'none';

/** `rate-limiter`: one limiter for each mark, for all operations of the service together. */
export class MarkLimiting implements PlannedHandler {
  constructor(private readonly services: Services) {}

  plan(context: PlanContext, next: Next): Next {
    const marked = context.section(RateLimitingSection);
    if (marked.size === 0) return next;
    const limits = context.state(
      'marks',
      () => new MarkLimits(context.clock, this.services),
      (state) => state.use(marked),
      { share: 'service' },
    );
    const admission = new Admission(context.clock, this.services.get(GovernanceEvents));
    return (invocation) => {
      const limiter = limits.get(invocation.mark ?? UNMARKED);
      return limiter ? admission.pass(limiter, invocation, next) : next(invocation);
    };
  }
}

/** The limiters of all marks, made as they are first met. */
export class MarkLimits {
  #marked: Marked = new Map();
  #limiters = new Map<string, Limiter | undefined>();
  readonly #buckets = new Map<string, TokenBucket>();
  #stored = new KeyedBuckets();

  constructor(
    private readonly clock: Clock,
    private readonly services: Services,
  ) {}

  /** Puts other limits in force; buckets of marks that stay are as full as they were. */
  use(marked: Marked): void {
    if (marked === this.#marked) return;
    this.#marked = marked;
    this.#limiters = new Map();
    for (const mark of this.#buckets.keys()) if (!marked.has(mark)) this.#buckets.delete(mark);
  }

  get(mark: string): Limiter | undefined {
    const known = this.#limiters.get(mark);
    if (known) return known;
    const fields = this.#marked.get(mark);
    return fields && this.#make(mark, fields);
  }

  #make(mark: string, fields: Partial<RateLimitFields>): Limiter | undefined {
    const limit = fields.enabled === false ? undefined : limitOf(fields);
    if (!limit) return undefined;
    const name = `mark ${mark}`;
    const store = this.services
      .get(LimitStores)
      .get(fields.store ?? MEMORY, placeOfMark(this.#marked, mark, RateLimitingSection.key));
    const place = placeOf(this.services.identity, ['mark', mark]);
    const limiter = store
      ? new StoredLimiter(name, { store, place, limit, buckets: this.#stored })
      : new LocalLimiter(name, this.#bucket(mark, new TokenBucket(limit, this.clock.elapsed())));
    this.#limiters.set(mark, limiter);
    return limiter;
  }

  #bucket(mark: string, fresh: TokenBucket): TokenBucket {
    const bucket = this.#buckets.get(mark);
    if (!bucket) this.#buckets.set(mark, fresh);
    bucket?.change(fresh.limit, this.clock.elapsed());
    return bucket ?? fresh;
  }
}
