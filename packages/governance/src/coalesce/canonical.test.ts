import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical } from './canonical.js';

const values = fc.jsonValue({ maxDepth: 4 });

/** The same, its members in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, shuffled(member)]),
  );
}

describe('canonical', () => {
  it('is the same however members are ordered', () => {
    fc.assert(fc.property(values, (value) => void expect(canonical(shuffled(value))).toBe(canonical(value))));
  });

  it('differs where values differ', () => {
    fc.assert(
      fc.property(values, values, (left, right) => {
        const sorted = (value: unknown): string =>
          JSON.stringify(value, (_name, member: unknown) =>
            typeof member === 'object' && member !== null && !Array.isArray(member)
              ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
              : member,
          );
        expect(canonical(left) === canonical(right)).toBe(sorted(left) === sorted(right));
      }),
    );
  });

  it('tells apart what JSON confounds', () => {
    const different = [
      undefined,
      null,
      'null',
      0,
      '0',
      0n,
      new Date(0),
      NaN,
      [],
      {},
      new Map(),
      new Set(),
      '',
      [undefined],
      [null],
      new Map([['a', 1]]),
      { a: 1 },
      new Uint8Array([1]),
      new Uint8Array([2]),
      'Bytes(01)',
      new Date(NaN),
    ];
    const keys = different.map((value) => canonical(value));
    expect(new Set(keys).size).toBe(different.length);
    expect(keys).not.toContain(NaN);
  });

  it('knows what cannot be compared', () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    const opaque = [
      () => 1,
      Symbol('s'),
      circle,
      (async function* () {})(),
      Promise.resolve(1),
      /a/,
      new Error('e'),
      new (class Hidden {
        readonly #secret = 1;
        shown = () => this.#secret;
      })(),
      new (class Empty {})(),
      new (class Longer extends Map {})(),
      new (class Ranked extends Array {})(),
      new URL('http://a'),
      { [Symbol('own')]: 1 },
      JSON.parse('{"then": 1}') as unknown,
      'x'.repeat(20_000),
    ];
    for (const value of opaque) expect(canonical([value])).toBeUndefined();
  });
});
