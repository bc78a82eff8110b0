import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readYaml } from './yaml-document.js';
import { Portions, portionsOf } from './yaml-portions.js';

describe('a file that is handed over in portions', () => {
  it('is the same when it is put together', () => {
    // left out of every source: see the next test
    const name = fc.string().filter((text) => text !== '__proto__');
    const value = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.string(),
        fc.double(),
        fc.constant(null),
        fc.array(tie('tree'), { maxLength: 12 }),
        fc.dictionary(name, tie('tree'), { maxKeys: 12, noNullPrototype: true }),
      ),
    })).tree;
    const marks = fc.nat(3000).map((count) => Array.from({ length: count }, (_, at) => [`k${at}`, at] as const));
    const tree = fc.dictionary(name, value, { maxKeys: 30, noNullPrototype: true });
    fc.assert(
      fc.property(tree, marks, (values, lines) => {
        const file = { values, lines: new Map(lines), written: new Map([['a', '1.10']]), texts: new Map([['b', 2]]) };
        const portions = new Portions();
        for (const portion of portionsOf(file)) portions.add(structuredClone(portion));
        expect({ ...portions }).toEqual(file);
      }),
      { numRuns: 30 },
    );
  });

  it('reaches no prototype', () => {
    const values = JSON.parse('{"__proto__":{"polluted":1},"a":1}') as Record<string, unknown>;
    const portions = new Portions();
    for (const portion of portionsOf({ values, lines: new Map(), written: new Map(), texts: new Map() }))
      portions.add(structuredClone(portion));
    expect(Object.getPrototypeOf(portions.values)).toBe(Object.prototype);
    expect(portions.values).toEqual({ a: 1 });
  });

  it('is handed over little by little', () => {
    const text = Array.from({ length: 2000 }, (_, index) => `r${index}: {a: [1, 2], b: x}`).join('\n');
    const sizes = [...portionsOf(readYaml(`top:\n${text.replace(/^/gm, '  ')}`, { environment: {} }))].map(
      ({ values = [], lines = [] }) => values.length + lines.length,
    );
    expect(sizes.length).toBeGreaterThan(10);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1000);
  });

  it('knows where the texts in it begin', () => {
    const { texts } = readYaml('a: |\n  one\nb: "x"\nc:\n  d: >-\n    folded\n', { environment: {} });
    expect([...texts]).toEqual([
      ['a', 2],
      ['c.d', 6],
    ]);
  });
});
