import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Sessions, type Session } from './sessions.js';

const step = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  after: fc.constantFrom(0, 10, 60, 100),
  ends: fc.boolean(),
});

describe('Sessions', () => {
  it('agree with a plain list of who was used when, and are never more than allowed', () => {
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const sessions = new Sessions(3);
        let model: { id: string; usedAt: number }[] = [];
        let now = 0;
        for (const { id, after, ends } of steps) {
          now += after;
          const known = model.find((each) => each.id === id);
          const lives = known !== undefined && now - known.usedAt < 100;
          const found: Session | undefined = sessions.find(id, now, 100);
          expect(found !== undefined).toBe(lives);
          model = model.filter((each) => each.id !== id);
          if (ends) {
            sessions.end(id);
            continue;
          }
          sessions.use(found ?? sessions.begin(id, 'x', now), now, 100);
          model.push({ id, usedAt: now });
          model = model.filter((each) => now - each.usedAt < 100).slice(-3);
          expect(sessions.size).toBeLessThanOrEqual(3);
        }
      }),
    );
  });
});
