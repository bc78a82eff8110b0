import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Latency } from './latency.js';
import { shareWhileStarting } from './slow-start.js';

const DECAY = 10_000;

describe('Latency', () => {
  it('rises to a peak at once, and sinks to 1/e of it in the time of its decay', () => {
    const latency = new Latency();
    latency.observe(10, 0, DECAY);
    latency.observe(500, 100, DECAY);
    expect(latency.peakMs(100, DECAY)).toBe(500);
    expect(latency.peakMs(100 + DECAY, DECAY)).toBeCloseTo(500 / Math.E, 6);
    expect(latency.latencyMs).toBeLessThan(60);
  });

  it('stays between the least and the most it saw, and never has a peak below the last', () => {
    const sample = fc.record({ ms: fc.integer({ min: 0, max: 5000 }), after: fc.integer({ min: 0, max: 30_000 }) });
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1 }), (samples) => {
        const latency = new Latency();
        let now = 0;
        for (const { ms, after } of samples) {
          now += after;
          latency.observe(ms, now, DECAY);
          expect(latency.peakMs(now, DECAY)).toBeGreaterThanOrEqual(ms);
        }
        const all = samples.map(({ ms }) => ms);
        expect(latency.latencyMs).toBeGreaterThanOrEqual(Math.min(...all) - 1e-6);
        expect(latency.latencyMs).toBeLessThanOrEqual(Math.max(...all) + 1e-6);
        expect(latency.peakMs(now, DECAY)).toBeLessThanOrEqual(Math.max(...all) + 1e-6);
      }),
    );
  });

  it('makes an instance that never answered free to try once, and dear while it does not answer', () => {
    const latency = new Latency();
    expect(latency.costWith(0, 0, DECAY)).toBe(0);
    expect(latency.costWith(1, 0, DECAY)).toBeGreaterThan(1000);
  });

  it('is moved by a burst of calls within one moment too', () => {
    const latency = new Latency();
    latency.observe(10, 0, DECAY);
    for (let call = 0; call < 100; call += 1) latency.observe(100, 0, DECAY);
    expect(latency.latencyMs).toBeGreaterThan(90);
  });
});

describe('slow start', () => {
  it('grows from a tenth to all, faster with more aggression', () => {
    fc.assert(
      fc.property(
        fc.nat(60_000),
        fc.nat(60_000),
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        (one, two, aggression) => {
          const [early, late] = [Math.min(one, two), Math.max(one, two)];
          const before = shareWhileStarting(early, 30_000, aggression);
          expect(before).toBeLessThanOrEqual(shareWhileStarting(late, 30_000, aggression));
          expect(before).toBeGreaterThanOrEqual(0.1);
          expect(before).toBeLessThanOrEqual(1);
        },
      ),
    );
    expect(shareWhileStarting(15_000, 30_000, 1)).toBe(0.5);
    expect(shareWhileStarting(15_000, 30_000, 2)).toBeGreaterThan(0.7);
  });
});
