import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HeadIndex } from './head-index.js';

it('finds all that a text begins with, the longest first', () => {
  const text = fc.array(fc.constantFrom('a', 'b', '😀'), { maxLength: 6 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(text), fc.array(text), (heads, texts) => {
      const index = new HeadIndex<number>();
      for (const [at, head] of heads.entries()) index.add(head, at);
      index.seal();
      for (const each of texts) {
        const found: number[][] = [];
        for (let head = index.longest(each); head; head = head.outer) found.push(head.items);
        const expected = [...new Set(heads)]
          .filter((head) => each.startsWith(head))
          .sort((a, b) => b.length - a.length);
        expect(found).toEqual(expected.map((head) => heads.flatMap((other, at) => (other === head ? [at] : []))));
      }
    }),
    { numRuns: 500 },
  );
});
