import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Recent } from './recent.js';

describe('Recent', () => {
  it('keeps what was used last, as a list that is searched does', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const step = fc.tuple(fc.constantFrom('get', 'set'), key, fc.integer());
    fc.assert(
      fc.property(fc.array(step), fc.integer({ min: 1, max: 4 }), (steps, limit) => {
        const recent = new Recent<number>(limit);
        let model: (readonly [string, number])[] = [];
        for (const [what, name, value] of steps) {
          const known = model.find(([other]) => other === name);
          const others = model.filter((entry) => entry !== known);
          if (what === 'set') model = [...others, [name, value] as const].slice(-limit);
          if (what === 'get' && known) model = [...others, known];
          if (what === 'set') recent.set(name, value);
          else expect(recent.get(name)).toBe(known?.[1]);
          expect(recent.size).toBe(model.length);
        }
      }),
    );
  });
});
