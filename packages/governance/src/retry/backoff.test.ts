import { seededRandom } from '@ts-chassis/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { waitMs, type Backoff } from './backoff.js';

const backoffs = fc.record<Backoff>({
  backoff: fc.constantFrom('exponential', 'constant', 'zero'),
  minMs: fc.integer({ min: 0, max: 10_000 }),
  maxMs: fc.integer({ min: 0, max: 100_000 }),
  multiplier: fc.double({ min: 1, max: 4, noNaN: true }),
  jitter: fc.double({ min: 0, max: 1, noNaN: true }),
});

describe('waitMs', () => {
  it('is exponential within the jitter, never beyond the longest, and never negative', () => {
    fc.assert(
      fc.property(backoffs, fc.integer({ min: 1, max: 50 }), fc.integer(), (backoff, further, seed) => {
        const wait = waitMs(backoff, further, seededRandom(seed));
        const { minMs, maxMs, multiplier, jitter } = backoff;
        if (backoff.backoff === 'zero' || minMs === 0) return void expect(wait).toBe(0);
        if (backoff.backoff === 'constant') return void expect(wait).toBe(minMs);
        const longest = maxMs > 0 ? Math.max(minMs, maxMs) : Infinity;
        const base = Math.min(minMs * multiplier ** (further - 1), longest);
        expect(wait).toBeGreaterThanOrEqual(base * (1 - jitter) - 1e-6);
        expect(wait).toBeLessThanOrEqual(Math.min(base * (1 + jitter) + 1e-6, longest));
      }),
    );
  });

  it("is go-chassis's by default: half as much again each time, give or take a half", () => {
    const backoff: Backoff = { backoff: 'exponential', minMs: 100, maxMs: 300, multiplier: 1.5, jitter: 0.5 };
    const middle = { next: () => 0.5 };
    expect([1, 2, 3, 4, 5].map((further) => waitMs(backoff, further, middle))).toEqual([100, 150, 225, 300, 300]);
    expect(waitMs(backoff, 1, { next: () => 0 })).toBe(50);
    expect(waitMs(backoff, 4, { next: () => 0.999 })).toBe(300);
  });
});
