import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BackOff } from './back-off.js';
import { seededRandom } from './random.js';

describe('BackOff', () => {
  it('doubles its bound up to the longest, pauses between half of it and all of it, and begins anew', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 1, max: 20 }),
        (seed, firstMs, times) => {
          const longestMs = firstMs * times;
          const pauses = new BackOff({ firstMs, longestMs, random: seededRandom(seed) });
          for (let round = 0; round < 2; round++) {
            for (let boundMs = firstMs, index = 0; index < 8; index++, boundMs = Math.min(boundMs * 2, longestMs)) {
              const pause = pauses.next();
              expect(pause).toBeGreaterThanOrEqual(boundMs / 2);
              expect(pause).toBeLessThanOrEqual(boundMs);
            }
            pauses.reset();
          }
        },
      ),
    );
  });
});
