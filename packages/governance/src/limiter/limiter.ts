import { createHash } from 'node:crypto';
import type { Invocation } from '@ts-chassis/core';
import type { RateLimitKey } from '../policy/rate-limit.js';
import type { KeyedBuckets } from './keyed-buckets.js';
import type { Limit } from './limit.js';
import type { NamedStore } from './limit-stores.js';
import type { TokenBucket } from './token-bucket.js';

/** What calls must pass. */
export interface Limiter {
  /** For messages and events; never a part of what a caller sent. */
  readonly name: string;
  /** @returns as {@link TokenBucket.take} */
  take(invocation: Invocation, now: number): number | Promise<number>;
}

/** One bucket for all who come. */
export class LocalLimiter implements Limiter {
  constructor(
    readonly name: string,
    private readonly bucket: TokenBucket,
  ) {}

  take(invocation: Invocation, now: number): number {
    const { maxWaitMs } = this.bucket.limit;
    return this.bucket.take(now, maxWaitMs === 0 ? 0 : Math.min(maxWaitMs, invocation.deadline - now));
  }
}

/** A bucket for each key. */
export class KeyedLimiter implements Limiter {
  constructor(
    readonly name: string,
    private readonly parts: { readonly buckets: KeyedBuckets; readonly limit: Limit; readonly key: RateLimitKey },
  ) {}

  take(invocation: Invocation, now: number): number {
    const { buckets, limit, key } = this.parts;
    const own = key(invocation);
    return isNobody(own) ? 0 : buckets.take(shortKey(own), withinDeadline(limit, invocation, now), now);
  }
}

/** What a limiter in a store of its own is made of. */
export interface StoredParts {
  readonly store: NamedStore;
  /** Tells the limit from all others in the store. */
  readonly place: string;
  readonly limit: Limit;
  /** Stands in while the store fails. */
  readonly buckets: KeyedBuckets;
  readonly key?: RateLimitKey | null | undefined;
}

/** Counted in a store that others may share. */
export class StoredLimiter implements Limiter {
  constructor(
    readonly name: string,
    private readonly parts: StoredParts,
  ) {}

  take(invocation: Invocation, now: number): number | Promise<number> {
    const { store, place, limit, buckets, key } = this.parts;
    const own = key ? key(invocation) : '';
    if (isNobody(own)) return 0;
    const shared = key ? `${place}/${shortKey(own)}` : place;
    const bounded = withinDeadline(limit, invocation, now);
    return store.take({ key: shared, limit: bounded, now }, () => buckets.take(shared, bounded, now));
  }
}

/** Nobody is told to wait longer than may be waited. */
function withinDeadline(limit: Limit, { deadline }: Invocation, now: number): Limit {
  if (limit.maxWaitMs === 0 || deadline - now >= limit.maxWaitMs) return limit;
  return { ...limit, maxWaitMs: Math.max(0, deadline - now) };
}

/** A function that was not written in TypeScript may say null as well. */
function isNobody(key: unknown): boolean {
  return key === undefined || key === null;
}

/** What callers send may be long, and ten thousand of them are remembered; what a function read from a principal may be a number. */
function shortKey(own: unknown): string {
  const key = String(own);
  return key.length <= 200 ? key : createHash('sha256').update(key).digest('base64url');
}
