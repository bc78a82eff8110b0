import { jsonSpec, valueTypeOf, type JsonSchema } from '@ts-chassis/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textTypeOf } from './coercion.js';
import { cookieOf } from './cookies.js';
import { parsePairs, valueOf, valuesOf } from './query.js';
import { parseMediaType } from './media-type.js';

describe('parsePairs', () => {
  it('reads what URLSearchParams reads', () => {
    const piece = fc.string({
      unit: fc.constantFrom('a', 'b', '1', '+', ' ', 'ü', '&', '=', '%', '€', '😀', '[', ']'),
      maxLength: 6,
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(piece, piece), { maxLength: 8 }), (pairs) => {
        const text = new URLSearchParams(pairs).toString();
        expect(parsePairs(text, 'query')).toEqual(pairs.flat());
        for (const [name] of pairs)
          expect(valuesOf(parsePairs(text, 'query'), name)).toEqual(
            pairs.filter(([other]) => other === name).map(([, value]) => value),
          );
      }),
    );
  });

  it('never throws anything but a refusal, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          expect(parsePairs(text, 'query').length % 2).toBe(0);
        } catch (error) {
          expect(error).toMatchObject({ code: 'URL_MALFORMED' });
        }
      }),
    );
  });

  it.each([
    ['', []],
    ['&&', []],
    ['a', ['a', '']],
    ['=b', ['', 'b']],
    ['a=b=c', ['a', 'b=c']],
    ['a=1&a=2&b=a', ['a', '1', 'a', '2', 'b', 'a']],
  ])('reads %j', (text, pairs) => {
    expect(parsePairs(text, 'query')).toEqual(pairs);
  });

  it('tells one value from several', () => {
    expect(valueOf(['a', '1'], 'a')).toBe('1');
    expect(valueOf(['a', 'a', 'b', 'a'], 'a')).toBe('a');
    expect(valueOf(['a', '1', 'a', '2'], 'a')).toEqual(['1', '2']);
    expect(valueOf(['a', '1'], '__proto__')).toBeUndefined();
  });
});

describe('textTypeOf', () => {
  const coerced = (schema: JsonSchema, text: string): unknown => {
    const { coerce } = textTypeOf(valueTypeOf(jsonSpec(schema)));
    return coerce ? coerce(text) : text;
  };

  it.each([
    ['integer', '42', 42],
    ['integer', '-7', -7],
    ['integer', '0', 0],
    ['integer', '-0', 0],
    ['integer', '999999999999999', 999_999_999_999_999],
    ['integer', '9007199254740993', '9007199254740993'],
    ['integer', '1.0', 1],
    ['integer', '1.5', 1.5],
    ['integer', '007', '007'],
    ['integer', '', ''],
    ['integer', '-', '-'],
    ['integer', '0x10', '0x10'],
    ['integer', ' 1', ' 1'],
    ['integer', '1e999', '1e999'],
    ['number', '2.5e3', 2500],
    ['number', '.5', '.5'],
    ['number', 'NaN', 'NaN'],
    ['boolean', 'true', true],
    ['boolean', 'false', false],
    ['boolean', '1', '1'],
    ['string', '42', '42'],
    ['object', '{"a":1}', { a: 1 }],
    ['object', '{"a":', '{"a":'],
    ['object', 'a', 'a'],
  ])('%s: %j becomes %j', (type, text, value) => {
    expect(coerced({ type }, text)).toEqual(value);
  });

  it('looks through enumerations, alternatives, constants and nullable types', () => {
    expect(coerced({ enum: [1, 2] }, '2')).toBe(2);
    expect(coerced({ enum: ['1', '2'] }, '2')).toBe('2');
    expect(coerced({ const: true }, 'true')).toBe(true);
    expect(coerced({ anyOf: [{ type: 'number' }, { type: 'string' }] }, 'x')).toBe('x');
    expect(coerced({ anyOf: [{ type: 'number' }, { type: 'string' }] }, '1')).toBe(1);
    expect(coerced({ type: ['integer', 'null'] }, 'null')).toBeNull();
    expect(coerced({ type: ['string', 'null'] }, 'null')).toBe('null');
    expect(coerced({ oneOf: [{ type: 'boolean' }, { type: 'integer' }] }, 'false')).toBe(false);
  });

  it('knows lists and their items', () => {
    const { list, coerce } = textTypeOf(valueTypeOf([Number]));
    expect([list, coerce?.('1.5')]).toEqual([true, 1.5]);
    expect(textTypeOf(valueTypeOf(String))).toEqual({ list: false, coerce: undefined });
  });

  it('leaves a whole number as text that would come out as another one', () => {
    expect(coerced({ type: 'number' }, '-9007199254740992')).toBe(-9007199254740992);
    expect(coerced({ type: 'number' }, '9007199254740993')).toBe('9007199254740993');
  });

  it('agrees with JSON on every number', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger()), (value) => {
        const text = JSON.stringify(value);
        expect(coerced({ type: 'number' }, text)).toBe(JSON.parse(text));
        if (Number.isSafeInteger(value)) expect(coerced({ type: 'integer' }, text)).toBe(JSON.parse(text));
      }),
    );
  });
});

describe('cookieOf', () => {
  it.each([
    ['a=1; b=2', 'b', '2'],
    ['a="q 1"; b', 'a', 'q 1'],
    ['a=x%20y', 'a', 'x y'],
    ['a=%zz', 'a', '%zz'],
    ['a=1;a=2', 'a', '1'],
    ['aa=1', 'a', undefined],
    ['a', 'a', undefined],
    ['', 'a', undefined],
    ['__proto__=1', '__proto__', '1'],
  ])('%j has for %j %j', (header, name, value) => {
    expect(cookieOf(header, name)).toBe(value);
  });
});

describe('media types', () => {
  it('are read with their charset', () => {
    expect(parseMediaType('Application/JSON; charset="UTF-8"')).toEqual({ type: 'application/json', charset: 'utf-8' });
    expect(parseMediaType('text/plain')).toEqual({ type: 'text/plain', charset: undefined });
  });
});
