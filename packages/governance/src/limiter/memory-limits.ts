import { KeyedBuckets } from './keyed-buckets.js';
import type { LimitAnswer, LimitStore } from './limit-store.js';
import type { Limit } from './limit.js';

const AT_ONCE: LimitAnswer = Object.freeze({ allowed: true, waitMs: 0 });

/**
 * The limit store of one process, which answers at once. It remembers a bounded number of keys and forgets those least recently used.
 *
 * @example
 * ```ts
 * const store = new MemoryLimits();
 * const { allowed } = store.take('orders', { rate: 10, burst: 2, maxWaitMs: 0 }, 0); // true
 * ```
 */
export class MemoryLimits implements LimitStore {
  readonly #buckets: KeyedBuckets;

  /** @param mostKeys - how many keys are remembered at a time; default 10,000 */
  constructor(mostKeys?: number) {
    this.#buckets = new KeyedBuckets(mostKeys);
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  take(key: string, limit: Limit, now: number): LimitAnswer {
    const wait = this.#buckets.take(key, limit, now);
    return wait === 0 ? AT_ONCE : { allowed: wait > 0, waitMs: Math.abs(wait) };
  }
}
