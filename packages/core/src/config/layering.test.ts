import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMap, readingLeaves } from './leaves.js';
import { SectionIndex } from './section-index.js';
import { Snapshot, type SourceLeaves } from './snapshot.js';
import { finish } from './steps.js';

type Tree = Record<string, unknown>;

const name = fc.constantFrom('a', 'b', 'c');
const leaf = fc.oneof(fc.integer(), fc.boolean(), fc.string(), fc.array(fc.integer(), { maxLength: 2 }));
const { tree } = fc.letrec<{ tree: Tree; node: unknown }>((tie) => ({
  node: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, tie('tree')),
  tree: fc.dictionary(name, tie('node'), { maxKeys: 3, noNullPrototype: true }),
}));

const source = (label: string, values: Tree): SourceLeaves => ({
  name: label,
  leaves: finish(readingLeaves({ values, place: (key) => `${label} ${key}` })),
});
const empty = new SectionIndex([]);
const layered = (...trees: Tree[]): Snapshot =>
  finish(
    Snapshot.making(
      trees.map((values, index) => source(`s${index}`, values)),
      empty,
    ),
  );

/** The model: maps join, of anything else the more important wins. */
function join(high: unknown, low: unknown): unknown {
  if (!isMap(high) || !isMap(low)) return high;
  const joined: Tree = { ...low };
  for (const [key, value] of Object.entries(high))
    joined[key] = Object.hasOwn(low, key) ? join(value, low[key]) : value;
  return joined;
}

function wholeOf(snapshot: Snapshot): Tree {
  return Object.fromEntries(
    ['a', 'b', 'c'].flatMap((key) => (snapshot.raw(key) === undefined ? [] : [[key, snapshot.raw(key)]])),
  );
}

describe('layers', () => {
  it('join maps; of anything else the more important source wins', () => {
    fc.assert(
      fc.property(tree, tree, tree, (first, second, third) => {
        expect(wholeOf(layered(first, second, third))).toEqual(join(join(first, second), third));
      }),
    );
  });

  it('say of each leaf which source it comes from', () => {
    fc.assert(
      fc.property(tree, tree, (first, second) => {
        const snapshot = layered(first, second);
        for (const [key, { value }] of snapshot.leaves) {
          const origin = snapshot.origin(key)!;
          const said = layered(origin.source === 's0' ? first : second).raw(key);
          expect(said).toEqual(value);
          if (origin.source === 's1') expect(layered(first).leaves.has(key)).toBe(false);
        }
      }),
    );
  });

  it('uncover what is below when one is taken away', () => {
    fc.assert(
      fc.property(tree, tree, (first, second) => {
        expect(wholeOf(layered({}, second))).toEqual(wholeOf(layered(second)));
        expect(wholeOf(layered(first, {}))).toEqual(wholeOf(layered(first)));
      }),
    );
  });

  it('are told apart by exactly the leaves that differ', () => {
    fc.assert(
      fc.property(tree, tree, (first, second) => {
        const [before, after] = [layered(first), layered(second)];
        const seen = new Map([...before.leaves].map(([key, { value }]) => [key, value]));
        for (const change of finish(after.changesSince(before))) {
          if (change.kind === 'deleted') seen.delete(change.key);
          else seen.set(change.key, change.after);
        }
        expect(new Map([...seen].sort())).toEqual(
          new Map([...after.leaves].map(([key, { value }]) => [key, value] as const).sort()),
        );
        expect(finish(after.changesSince(after))).toEqual([]);
      }),
    );
  });

  it('are frozen all the way down, and leave the given values alone', () => {
    const list = [{ x: 1 }];
    const snapshot = layered({ a: { list } });
    const got = snapshot.raw('a.list') as { x: number }[];
    expect(Object.isFrozen(snapshot.raw('a'))).toBe(true);
    expect(() => (got[0]!.x = 2)).toThrow(TypeError);
    list[0]!.x = 3;
    expect(got).toEqual([{ x: 1 }]);
  });

  it('never let a key reach a prototype', () => {
    const values = JSON.parse(
      '{"__proto__":{"polluted":1},"a":{"__proto__":{"polluted":1}},"b.__proto__.polluted":1,"constructor":{"prototype":{"x":1}}}',
    ) as Tree;
    const snapshot = layered(values);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(({} as { x?: number }).x).toBeUndefined();
    expect([...snapshot.leaves.keys()]).toEqual(['constructor.prototype.x']);
    expect(snapshot.raw('toString')).toBeUndefined();
  });
});
