import fc from 'fast-check';
import { expect, it } from 'vitest';
import { scheduleOf } from './schedule.js';

it('gives each its exact share at every prefix, rounded up or down, over several rounds', () => {
  const weights = fc
    .array(fc.nat(100), { minLength: 1, maxLength: 8 })
    .filter((list) => list.some((weight) => weight > 0));
  fc.assert(
    fc.property(weights, (list) => {
      const schedule = scheduleOf(list);
      const total = list.reduce((sum, weight) => sum + weight, 0);
      const had = list.map(() => 0);
      let furthest = 0;
      for (let step = 0; step < schedule.length * 3; step += 1) {
        had[schedule[step % schedule.length]!]! += 1;
        for (const [at, weight] of list.entries()) {
          furthest = Math.max(furthest, Math.abs(had[at]! - ((step + 1) * weight) / total));
        }
      }
      expect(furthest).toBeLessThan(1);
    }),
    { numRuns: 200 },
  );
});

it('is as short as the weights allow', () => {
  expect(scheduleOf([50, 50])).toEqual([0, 1]);
  expect(scheduleOf([80, 20])).toHaveLength(5);
  expect(scheduleOf([0, 7])).toEqual([1]);
});
