import type { Limit } from './limit.js';
import { TokenBucket } from './token-bucket.js';

/** How many keys are remembered at a time. */
export const MOST_KEYS = 10_000;

/** An entry that nobody asked for during one to two of these is forgotten, though never before its bucket would be full again. */
const IDLE_MS = 60_000;

/**
 * Buckets by key, of which the least recently used are forgotten: in two generations, so that a use costs one look-up. A forgotten key begins
 * with a full bucket.
 */
export class KeyedBuckets {
  #young = new Map<string, TokenBucket>();
  #old = new Map<string, TokenBucket>();
  #bornAt = 0;
  #idleMs = IDLE_MS;

  constructor(private readonly most = MOST_KEYS) {}

  /** How many keys are remembered. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** As {@link TokenBucket.take}, for a key whose limit may have changed since. */
  take(key: string, limit: Limit, now: number): number {
    if (now - this.#bornAt > this.#idleMs) this.#age(now, true);
    const bucket = this.#young.get(key) ?? this.#call(key, limit, now);
    if (bucket.limit !== limit) this.#change(bucket, limit, now);
    return bucket.take(now, limit.maxWaitMs);
  }

  #call(key: string, limit: Limit, now: number): TokenBucket {
    const bucket = this.#old.get(key) ?? new TokenBucket(limit, now);
    this.#old.delete(key);
    if (this.#young.size >= this.most / 2) this.#age(now, false);
    this.#young.set(key, bucket);
    this.#idleMs = Math.max(this.#idleMs, fillMs(limit));
    return bucket;
  }

  #change(bucket: TokenBucket, limit: Limit, now: number): void {
    bucket.change(limit, now);
    this.#idleMs = Math.max(this.#idleMs, fillMs(limit));
  }

  /** What is young becomes old and what was old is forgotten; all of it when nobody came for twice the time. */
  #age(now: number, idle: boolean): void {
    this.#old = idle && now - this.#bornAt > 2 * this.#idleMs ? new Map() : this.#young;
    this.#young = new Map();
    this.#bornAt = now;
    this.#idleMs = idle && this.#old.size === 0 ? IDLE_MS : this.#idleMs;
  }
}

/** How long an empty bucket takes to be full. */
function fillMs({ rate, burst, maxWaitMs }: Limit): number {
  return rate > 0 ? (burst * 1000) / rate + maxWaitMs : 0;
}
