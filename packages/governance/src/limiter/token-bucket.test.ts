import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Limit } from './limit.js';
import { TokenBucket } from './token-bucket.js';

const limits = fc.record({
  rate: fc.double({ min: 0.01, max: 5000, noNaN: true }),
  burst: fc.double({ min: 1, max: 500, noNaN: true }),
  maxWaitMs: fc.constant(0),
});
const pauses = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 2000, noNaN: true })), { maxLength: 300 });

/** The same in the plainest way: a ledger of tokens that is never rounded, nor clever. */
class Ledger {
  #tokens: number;
  #at = 0;

  constructor(private readonly limit: Limit) {
    this.#tokens = limit.burst;
  }

  take(now: number): boolean {
    this.#tokens = Math.min(this.limit.burst, this.#tokens + ((now - this.#at) / 1000) * this.limit.rate);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Too close to a whole token to be told apart in floating point. */
  undecided(now: number): boolean {
    const tokens = Math.min(this.limit.burst, this.#tokens + ((now - this.#at) / 1000) * this.limit.rate);
    return Math.abs(tokens - 1) < 1e-6;
  }
}

describe('a token bucket', () => {
  it('agrees with a ledger', () => {
    fc.assert(
      fc.property(limits, pauses, (limit, steps) => {
        const bucket = new TokenBucket(limit, 0);
        const ledger = new Ledger(limit);
        let now = 0;
        for (const step of steps) {
          now += step;
          if (ledger.undecided(now)) return;
          expect(bucket.take(now) === 0).toBe(ledger.take(now));
        }
      }),
    );
  });

  it('never lets more than burst + rate * t through in any time t', () => {
    fc.assert(
      fc.property(limits, pauses, (limit, steps) => {
        const bucket = new TokenBucket(limit, 0);
        const passed: number[] = [];
        let now = 0;
        for (const step of steps) {
          now += step;
          if (bucket.take(now) === 0) passed.push(now);
        }
        passed.forEach((from, first) =>
          passed.slice(first).forEach((to, more) => {
            const most = limit.burst + (limit.rate * (to - from)) / 1000;
            expect(more + 1).toBeLessThanOrEqual(most + 1e-6);
          }),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('holds that also for those who wait their turn, who go in the order they came', () => {
    fc.assert(
      fc.property(limits, pauses, fc.integer({ min: 1, max: 5000 }), (limit, steps, maxWaitMs) => {
        const bucket = new TokenBucket({ ...limit, maxWaitMs }, 0);
        const passed: number[] = [];
        let now = 0;
        for (const step of steps) {
          now += step;
          const wait = bucket.take(now);
          expect(wait).toBeLessThanOrEqual(maxWaitMs);
          if (wait < 0) continue;
          expect(now + wait).toBeGreaterThanOrEqual((passed.at(-1) ?? 0) - 1e-6);
          passed.push(now + wait);
        }
        const [first = 0] = passed;
        passed.forEach((at, index) => {
          const most = limit.burst + (limit.rate * (at - first)) / 1000;
          expect(index + 1).toBeLessThanOrEqual(most + 1e-6);
        });
      }),
    );
  });

  it('lets the next one through after exactly the time it told', () => {
    fc.assert(
      fc.property(limits, (limit) => {
        const bucket = new TokenBucket(limit, 0);
        let wait = 0;
        while (wait === 0) wait = -bucket.take(0) || 0;
        expect(bucket.take(wait * 0.99)).toBeLessThan(0);
        expect(bucket.take(wait)).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('is as full in proportion after a change, and forgets nothing when nothing changed', () => {
    fc.assert(
      fc.property(limits, limits, fc.nat(20), (one, other, taken) => {
        const bucket = new TokenBucket(one, 0);
        let left = one.burst;
        for (let call = 0; call < taken; call += 1) if (bucket.take(0) === 0) left -= 1;
        bucket.change({ ...one }, 0);
        bucket.change(other, 0);
        let passes = 0;
        while (passes < 1000 && bucket.take(0) === 0) passes += 1;
        expect(Math.abs(passes - Math.floor((left / one.burst) * other.burst))).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('lets nothing through at zero or less, and something once that changes', () => {
    const bucket = new TokenBucket({ rate: 0, burst: 1, maxWaitMs: 1000 }, 0);
    expect(bucket.take(10_000)).toBe(-Infinity);
    bucket.change({ rate: 10, burst: 1, maxWaitMs: 0 }, 20_000);
    expect(bucket.take(20_000)).toBe(0);
    bucket.change({ rate: -5, burst: 1, maxWaitMs: 0 }, 30_000);
    expect(bucket.take(40_000)).toBe(-Infinity);
  });

  it('is not confused by time that goes back', () => {
    const bucket = new TokenBucket({ rate: 1, burst: 2, maxWaitMs: 0 }, 1000);
    expect([bucket.take(500), bucket.take(0), bucket.take(1000)]).toEqual([0, 0, -1000]);
  });
});
