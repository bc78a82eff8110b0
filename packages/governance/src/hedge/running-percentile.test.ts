import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RunningPercentile } from './running-percentile.js';

describe('RunningPercentile', () => {
  it('is the percentile by nearest rank of the last 128 samples, as they stood at most seven samples ago', () => {
    const samples = fc.array(fc.double({ min: 0, max: 10_000, noNaN: true }), { maxLength: 400 });
    fc.assert(
      fc.property(samples, fc.double({ min: 50, max: 99.9, noNaN: true }), (run, percentile) => {
        const running = new RunningPercentile(percentile);
        const seen: number[] = [];
        let reckoned: number | undefined;
        for (const sample of run) {
          running.add(sample);
          seen.push(sample);
          if (seen.length === 20 || (seen.length > 20 && seen.length % 8 === 0)) {
            const window = seen.slice(-128).sort((a, b) => a - b);
            // as many as the percentile says are no greater
            reckoned = window.find(
              (value) => window.filter((other) => other <= value).length >= (percentile / 100) * window.length,
            );
          }
          expect(running.value).toBe(reckoned);
        }
      }),
    );
  });

  it('follows a change within the window', () => {
    const running = new RunningPercentile(95);
    for (let count = 0; count < 500; count += 1) running.add(10);
    for (let count = 0; count < 136; count += 1) running.add(70);
    expect(running.value).toBe(70);
  });
});
