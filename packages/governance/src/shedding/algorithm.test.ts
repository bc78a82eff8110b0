import { seededRandom, type Random } from '@ts-chassis/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AdaptiveLimit, Baseline, shareOf, type AdaptiveLimitOptions } from './algorithm.js';

const OPTIONS: AdaptiveLimitOptions = {
  adaptive: true,
  minConcurrent: 4,
  maxConcurrent: 500,
  initialConcurrent: 64,
  tolerance: 1.5,
};

interface Phase {
  readonly forMs: number;
  /** Arrivals over what the workers can do. */
  readonly load: number;
  /** Mean time of a call, exponentially spread. */
  readonly serviceMs: number;
}

interface Seen {
  offered: number;
  refused: number;
  done: number;
  /** Longest wait and work together. */
  slowestMs: number;
  limit: number;
}

/** Workers with a queue behind a limit, in virtual time: a reference for what a limit should find. */
function simulate(
  limit: AdaptiveLimit,
  random: Random,
  options: { workers: number; phases: readonly Phase[] },
): Seen[] {
  const baseline = new Baseline();
  const free = Array.from({ length: options.workers }, () => 0);
  const ends: { at: number; began: number }[] = [];
  let now = 0;
  const exponential = (mean: number): number => -Math.log(1 - random.next()) * mean;
  return options.phases.map(({ forMs, load, serviceMs }) => {
    const seen: Seen = { offered: 0, refused: 0, done: 0, slowestMs: 0, limit: 0 };
    const until = now + forMs;
    for (;;) {
      now += exponential(serviceMs / options.workers / load);
      if (now > until) break;
      while (ends.length > 0 && ends[0]!.at <= now) {
        const { at, began } = ends.shift()!;
        limit.complete(baseline, began, at);
        seen.done += 1;
        seen.slowestMs = Math.max(seen.slowestMs, at - began);
      }
      seen.offered += 1;
      if (!limit.acquire()) {
        seen.refused += 1;
        continue;
      }
      const worker = free.indexOf(Math.min(...free));
      const at = Math.max(now, free[worker]!) + exponential(serviceMs);
      free[worker] = at;
      let place = ends.length;
      while (place > 0 && ends[place - 1]!.at > at) place -= 1;
      ends.splice(place, 0, { at, began: now });
    }
    seen.limit = limit.limit;
    now = until;
    return seen;
  });
}

describe('an adaptive limit', () => {
  it('stays within its bounds and counts right, whatever it is told', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('acquire' as const), share: fc.double({ min: 0.5, max: 1.5, noNaN: true }) }),
      fc.record({ kind: fc.constant('complete' as const), rtt: fc.double({ min: 0, max: 1e6, noNaN: true }) }),
      fc.record({ kind: fc.constant('release' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 600 }), fc.boolean(), (steps, adaptive) => {
        const options = { ...OPTIONS, minConcurrent: 2, maxConcurrent: 20, initialConcurrent: 5, adaptive };
        const limit = new AdaptiveLimit(options);
        const baseline = new Baseline();
        let [now, inFlight] = [0, 0];
        for (const one of steps) {
          now += 10;
          if (one.kind === 'acquire') {
            const taken = limit.acquire(one.share);
            if (taken) inFlight += 1;
            else expect(inFlight).toBeGreaterThanOrEqual(1);
            if (taken) expect(inFlight - 1).toBeLessThan(Math.max(limit.limit * one.share, 2));
          } else {
            if (one.kind === 'complete') limit.complete(baseline, now - one.rtt, now);
            else limit.release();
            inFlight = Math.max(0, inFlight - 1);
          }
          expect(limit.inFlight).toBe(inFlight);
          expect(limit.limit).toBeGreaterThanOrEqual(adaptive ? 2 : 20);
          expect(limit.limit).toBeLessThanOrEqual(20);
        }
      }),
    );
  });

  it('refuses nothing while there is enough of everything', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 32 }),
        fc.integer({ min: 2, max: 50 }),
        fc.nat(),
        (workers, serviceMs, seed) => {
          const [seen] = simulate(new AdaptiveLimit(OPTIONS), seededRandom(seed), {
            workers,
            phases: [{ forMs: 8_000, load: 0.4, serviceMs }],
          });
          expect(seen!.refused / seen!.offered).toBeLessThan(0.001);
        },
      ),
      { seed: 20261, numRuns: 8 },
    );
  });

  it('finds, under lasting overload, a limit that keeps the workers busy and the queue short', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 24 }),
        fc.integer({ min: 5, max: 20 }),
        fc.double({ min: 1.5, max: 4, noNaN: true }),
        fc.nat(),
        (workers, serviceMs, load, seed) => {
          const [, steady] = simulate(new AdaptiveLimit(OPTIONS), seededRandom(seed), {
            workers,
            phases: [
              { forMs: 15_000, load, serviceMs },
              { forMs: 8_000, load, serviceMs },
            ],
          });
          const possible = (8_000 / serviceMs) * workers;
          expect(steady!.done / possible).toBeGreaterThan(0.75);
          expect(steady!.limit).toBeLessThan(workers * 5 + 24);
        },
      ),
      { seed: 20261, numRuns: 8 },
    );
  });

  it('does not creep up in minutes of overload', () => {
    const seen = simulate(new AdaptiveLimit(OPTIONS), seededRandom(7), {
      workers: 10,
      phases: Array.from({ length: 6 }, () => ({ forMs: 40_000, load: 2, serviceMs: 10 })),
    });
    const limits = seen.map(({ limit }) => limit);
    expect(Math.max(...limits)).toBeLessThan(60);
    expect(limits.at(-1)).toBeLessThan(limits[1]! * 1.6 + 5);
  });

  it('recovers when what was slow is fast again', () => {
    const healthy = { forMs: 20_000, load: 0.8, serviceMs: 10 };
    const limit = new AdaptiveLimit(OPTIONS);
    const [, ill, , again] = simulate(limit, seededRandom(3), {
      workers: 20,
      // ten times slower, as many calls
      phases: [healthy, { forMs: 20_000, load: 8, serviceMs: 100 }, healthy, healthy],
    });
    expect(ill!.refused / ill!.offered).toBeGreaterThan(0.5);
    expect(again!.refused / again!.offered).toBeLessThan(0.01);
    expect(again!.done / again!.offered).toBeGreaterThan(0.98);
  });

  it('takes no change of the mixture of calls for a crowd', () => {
    const limit = new AdaptiveLimit({ ...OPTIONS, initialConcurrent: 10 });
    const [quick, slow] = [new Baseline(), new Baseline()];
    let now = 0;
    const rounds = (count: number, baseline: Baseline, rttMs: number): void => {
      for (let round = 0; round < count; round += 1) {
        let taken = 0;
        while (taken < 9 && limit.acquire()) taken += 1;
        now += rttMs;
        for (; taken > 0; taken -= 1) limit.complete(baseline, now - rttMs, now);
      }
    };
    rounds(100, quick, 5);
    const before = limit.limit;
    rounds(100, slow, 500);
    expect(limit.limit).toBeGreaterThanOrEqual(before);
  });
});

describe('priorities', () => {
  it('share every bound: half of it, all of it, one and a half', () => {
    expect([0, 25, 50, 100, -5, 500].map(shareOf)).toEqual([0.5, 0.75, 1, 1.5, 0.5, 1.5]);
  });

  it('leave room to the higher when the lower are refused', () => {
    const limit = new AdaptiveLimit({ ...OPTIONS, adaptive: false, maxConcurrent: 10, minConcurrent: 1 });
    const admitted = (priority: number): number => {
      let count = 0;
      while (limit.acquire(shareOf(priority))) count += 1;
      return count;
    };
    expect([admitted(0), admitted(50), admitted(100), admitted(50)]).toEqual([5, 5, 5, 0]);
  });
});
