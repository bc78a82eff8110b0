import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DimensionEntry } from './dimension-values.js';
import { kieLayer } from './kie-layer.js';

const entry = (key: string, leaves: Readonly<Record<string, unknown>>, name = 'app=shop'): DimensionEntry => ({
  ...{ key, revision: 7, dimension: { name, labels: new Map() } },
  value: new Map(Object.entries(leaves).map(([leaf, value]) => [leaf, { value }])),
});

describe('what the dimensions say together', () => {
  test('a stronger value hides the same key, what is below it and what is around it', () => {
    const weak = [entry('a', { a: 1 }), entry('b.c', { 'b.c': 1 }), entry('d', { d: 1 }), entry('f', { f: 1 })];
    const strong = [entry('a', { a: 2 }), entry('b', { b: 2 }), entry('d.e', { 'd.e': 2 })];
    expect(kieLayer([weak, strong]).values).toEqual({ a: 2, b: 2, 'd.e': 2, f: 1 });
  });

  test('trees join', () => {
    const weak = [entry('pool', { 'pool.size': 1, 'pool.wait': 1 })];
    expect(kieLayer([weak, [entry('pool', { 'pool.size': 2 })]]).values).toEqual({ 'pool.size': 2, 'pool.wait': 1 });
  });

  test('a key of its own says more than a tree around it', () => {
    const both = [entry('pool', { 'pool.size': 1 }), entry('pool.size', { 'pool.size': 2 })];
    expect(kieLayer([both]).values).toEqual({ 'pool.size': 2 });
  });

  test('each key stands at its labels, its own key and its revision', () => {
    const layer = kieLayer([[entry('pool', { 'pool.size': 1, 'pool.hosts': ['x'] }, 'app=shop,service=catalog')]]);
    const place = 'kie app=shop,service=catalog pool revision 7';
    expect([layer.place('pool.size'), layer.place('pool.hosts[0]'), layer.place('pool')]).toEqual([
      place,
      place,
      place,
    ]);
  });

  test('is, whatever the keys, what laying one over the other gives', () => {
    const key = fc
      .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 })
      .map((steps) => steps.join('.'));
    const within = (one: string, other: string): boolean => one === other || one.startsWith(`${other}.`);
    const dimension = fc.uniqueArray(key, { maxLength: 4 }).map((keys) =>
      // without contradictions in one and the same
      keys.filter((one) => !keys.some((other) => other !== one && within(one, other))),
    );
    fc.assert(
      fc.property(fc.array(dimension, { maxLength: 4 }), (dimensions) => {
        let model: Record<string, number> = {};
        for (const [index, keys] of dimensions.entries()) {
          const kept = Object.entries(model).filter(
            ([old]) => !keys.some((one) => within(old, one) || within(one, old)),
          );
          model = Object.fromEntries([...kept, ...keys.map((one) => [one, index] as const)]);
        }
        const layers = dimensions.map((keys, index) => keys.map((one) => entry(one, { [one]: index })));
        expect(kieLayer(layers).values).toEqual(model);
      }),
    );
  });
});
