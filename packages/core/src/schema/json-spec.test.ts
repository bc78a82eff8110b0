import { describe, expect, it } from 'vitest';
import { jsonSpec } from './json-spec.js';
import type { Fault, ValueType } from './value-type.js';
import { valueTypeOf } from './value-type-of.js';

function taken(type: ValueType, value: unknown): { value: unknown; faults: readonly Fault[] } {
  const faults: Fault[] = [];
  return { value: type.validate(value, { place: 'body', pointer: '/here' }, faults), faults };
}

const point = jsonSpec<{ x: number; y: number }>({
  type: 'object',
  required: ['x', 'y'],
  additionalProperties: false,
  properties: { x: { type: 'number' }, y: { type: 'number', minimum: 0 }, unit: { enum: ['m', 'km'], default: 'm' } },
});

describe('a JSON Schema in the place of a class', () => {
  it('checks a copy and fills in defaults', () => {
    const given = { x: 1, y: 2 };
    expect(taken(valueTypeOf(point), given)).toEqual({ value: { x: 1, y: 2, unit: 'm' }, faults: [] });
    expect(given).toEqual({ x: 1, y: 2 });
  });

  it('reports all faults of a small value and the first of a large one', () => {
    const complaints = taken(valueTypeOf([point]), [{ x: 'a', y: -1, unit: 'mile' }, {}]).faults;
    expect(complaints.map(({ pointer, expected, got }) => [pointer, expected, got])).toEqual([
      ['/here/0/x', 'number', '"a"'],
      ['/here/0/y', '>= 0', '-1'],
      ['/here/0/unit', 'one of "m", "km"', '"mile"'],
      ['/here/1/x', expect.any(String), 'nothing'],
      ['/here/1/y', expect.any(String), 'nothing'],
    ]);
    const numbers = valueTypeOf(jsonSpec({ type: 'array', items: { type: 'number' } }));
    expect(taken(numbers, Array(100_000).fill('x')).faults).toHaveLength(1);
  });

  it('drops keys that reach prototypes and refuses what is too deep', () => {
    const any = valueTypeOf(jsonSpec({ type: 'object', minProperties: 0 }));
    expect(taken(any, JSON.parse('{"__proto__":{"a":1},"b":1}')).value).toEqual({ b: 1 });
    let deep: object = {};
    for (let level = 0; level < 100_000; level++) deep = { deep };
    expect(taken(any, deep).faults).toMatchObject([{ expected: 'at most 128 levels' }]);
  });

  it('writes what fits and refuses the rest, changing nothing', () => {
    const type = valueTypeOf(point, { direction: 'out', where: 'result' });
    const value = { x: 1, y: 2 };
    expect(type.serialize(value)).toBe('{"x":1,"y":2,"unit":"m"}');
    expect(value).toEqual({ x: 1, y: 2 });
    expect(() => type.serialize({ x: 1 })).toThrow(expect.objectContaining({ code: 'RESULT_INVALID' }));
  });

  it('is documented in place, or by its name, with its own definitions beside the others', () => {
    const tree = {
      $ref: '#/$defs/Node',
      $defs: { Node: { type: 'object', properties: { next: { $ref: '#/$defs/Node' } } } },
    };
    const plain = valueTypeOf(jsonSpec(tree));
    expect(plain.json).toEqual({ $ref: '#/$defs/Node' });
    expect(plain.definitions.get('Node')).toEqual({ type: 'object', properties: { next: { $ref: '#/$defs/Node' } } });
    expect(valueTypeOf(jsonSpec({ type: 'object', minProperties: 1 }, 'Thing')).json).toEqual({
      $ref: '#/$defs/Thing',
    });
    expect(valueTypeOf(point).json).toMatchObject({ required: ['x', 'y'] });
  });

  it('accepts anything when it says nothing', () => {
    for (const value of [1, 'x', null, [{}], { a: 1 }])
      expect(taken(valueTypeOf(jsonSpec({})), value)).toEqual({ value, faults: [] });
  });

  it('is refused at start when it cannot be compiled', () => {
    expect(() => valueTypeOf(jsonSpec({ $ref: '#/$defs/Missing' }))).toThrow(
      /a JSON Schema cannot be compiled: .*Missing/,
    );
  });
});
