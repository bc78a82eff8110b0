import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seedOf, stickyChoice } from './sticky-choice.js';

const shares = (...weights: readonly number[]) =>
  weights.map((weight, at) => ({ weight, seed: seedOf(`version ${at}`) }));
const USERS = Array.from({ length: 20_000 }, (_, number) => `user-${number}`);

describe('the version of a user', () => {
  it.each([[[10, 90]], [[1, 99]], [[50, 50]], [[20, 30, 50]], [[5, 5, 10, 80]]])(
    'with weights %j each is as frequent as its weight says, within four sigma',
    (weights) => {
      const all = shares(...weights);
      const counts = weights.map(() => 0);
      for (const user of USERS) counts[stickyChoice(all, user)]! += 1;
      weights.forEach((weight, at) => {
        const part = weight / 100;
        const sigma = Math.sqrt(USERS.length * part * (1 - part));
        expect(Math.abs(counts[at]! - USERS.length * part)).toBeLessThan(4 * sigma);
      });
    },
  );

  it('is always the same, whatever the order of the versions', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 }),
        (user, weights) => {
          const all = shares(...weights);
          const turned = [...all].reverse();
          expect(all[stickyChoice(all, user)]).toBe(turned[stickyChoice(turned, user)]);
        },
      ),
    );
  });

  it('changes only to the version whose weight is raised', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(fc.string(), weights, fc.integer({ min: 1, max: 50 }), (user, before, more) => {
        fc.pre(before.some((weight) => weight > 0));
        const old = stickyChoice(shares(...before), user);
        const now = stickyChoice(shares(before[0]! + more, ...before.slice(1)), user);
        expect([old, 0]).toContain(now);
      }),
      { numRuns: 500 },
    );
    const moved = USERS.filter((user) => stickyChoice(shares(10, 90), user) !== stickyChoice(shares(20, 80), user));
    const sigma = Math.sqrt(USERS.length * 0.1 * 0.9);
    expect(Math.abs(moved.length - USERS.length * 0.1)).toBeLessThan(4 * sigma);
  });
});
