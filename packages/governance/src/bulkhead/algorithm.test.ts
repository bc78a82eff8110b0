import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Places, type Waiter } from './algorithm.js';

class Numbered implements Waiter {
  constructor(
    readonly number: number,
    private readonly inside: number[],
  ) {}
  admitted(): void {
    this.inside.push(this.number);
  }
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: 'come' as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('leave' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('abandon' as const), which: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('resize' as const),
      concurrent: fc.integer({ min: 0, max: 5 }),
      queue: fc.integer({ min: 0, max: 4 }),
    }),
  },
);

describe('the places of a bulkhead', () => {
  it('agree with two plain lists: nobody overtakes, and never are there more inside than allowed', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        let limits = { concurrent: 2, queue: 2 };
        const places = new Places(limits);
        const inside: number[] = [];
        const expected: number[] = [];
        let queue: Numbered[] = [];
        const admit = (): void => {
          while (queue.length > 0 && expected.length < limits.concurrent) expected.push(queue.shift()!.number);
        };
        for (const [number, taken] of steps.entries()) {
          if (taken.kind === 'come') {
            const isFree = expected.length < limits.concurrent && queue.length === 0;
            expect(places.tryEnter()).toBe(isFree);
            const waiter = new Numbered(number, inside);
            if (isFree) {
              inside.push(number);
              expected.push(number);
            } else {
              const mayWait = queue.length < limits.queue && limits.concurrent > 0;
              expect(places.wait(waiter)).toBe(mayWait);
              if (mayWait) queue.push(waiter);
            }
          } else if (taken.kind === 'leave' && expected.length > 0) {
            const [gone] = expected.splice(taken.which % expected.length, 1);
            inside.splice(inside.indexOf(gone!), 1);
            admit();
            places.leave();
          } else if (taken.kind === 'abandon' && queue.length > 0) {
            const gone = queue[taken.which % queue.length]!;
            queue = queue.filter((waiter) => waiter !== gone);
            places.abandon(gone);
          } else if (taken.kind === 'resize') {
            limits = { concurrent: taken.concurrent, queue: taken.queue };
            admit();
            places.resize(limits);
          }
          expect(inside).toEqual(expected);
          expect({ taken: places.taken, waiting: places.waiting }).toEqual({
            taken: expected.length,
            waiting: queue.length,
          });
        }
      }),
      { numRuns: 300 },
    );
  });
});
