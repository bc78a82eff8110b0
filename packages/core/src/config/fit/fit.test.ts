import { describe, expect, it } from 'vitest';
import type { JsonSchema } from '../../schema/json-schema.js';
import { duration } from '../duration.js';
import { fit } from './fit.js';

const whole = (schema: JsonSchema, value: unknown): ReturnType<typeof fit> =>
  fit(schema, value, { key: 'shop', partial: false });
const fault = (schema: JsonSchema, value: unknown): string => {
  const [first] = whole(schema, value).faults;
  return first ? `${first.key}: ${first.expected}, got ${first.got}` : 'no fault';
};

describe('text becomes the declared type', () => {
  it.each([
    ['number', '7.5', 7.5],
    ['integer', '-3', -3],
    ['boolean', 'TRUE', true],
    ['boolean', ' false ', false],
    ['array', 'a, b,,c', ['a', 'b', 'c']],
    ['array', '["a"]', ['a']],
    ['array', 'one', ['one']],
    ['array', 5, [5]],
    ['object', '{"a":1}', { a: 1 }],
    ['string', 5, '5'],
    ['string', true, 'true'],
  ])('%s out of %j', (type, text, expected) => {
    expect(whole({ type }, text)).toEqual({ value: expected, faults: [] });
  });

  it('items of a list too', () => {
    expect(whole({ type: 'array', items: { type: 'integer' } }, '1,2').value).toEqual([1, 2]);
  });

  it('keeps the characters of a scalar that YAML took for a number', () => {
    const result = fit({ type: 'string' }, 1.1, { key: 'version', partial: true, written: () => '1.10' });
    expect(result.value).toBe('1.10');
  });

  it('finds members of an enumeration whatever their case, and by other names', () => {
    const level = { enum: ['info', 'warn', 'error'], 'x-spellings': { fatal: 'error' } };
    expect(whole(level, 'WARN').value).toBe('warn');
    expect(whole(level, 'FATAL').value).toBe('error');
    expect(whole({ enum: [true, false, 'auto'] }, 'true').value).toBe(true);
    expect(fault(level, 'loud')).toBe('shop: one of info, warn, error, got "loud"');
  });

  it('durations become milliseconds, once', () => {
    const schema = duration({ unit: 's', default: 3 });
    expect(whole(schema, '30')).toEqual({ value: 30_000, faults: [] });
    expect(whole(schema, undefined).value).toBe(3000);
    expect(fit(schema, '30', { key: 'shop', partial: true }).value).toBe('30');
    expect(fault(schema, 'soon')).toBe('shop: a duration such as 30s or 500ms, got "soon"');
  });
});

describe('defaults', () => {
  const schema = {
    type: 'object',
    properties: {
      name: { type: 'string', default: 'x' },
      limits: { type: 'object', properties: { rate: { type: 'number', default: 5 }, burst: { type: 'number' } } },
    },
  };

  it('are filled in at every depth', () => {
    expect(whole(schema, undefined).value).toEqual({ name: 'x', limits: { rate: 5 } });
    expect(whole(schema, { limits: { burst: 1 } }).value).toEqual({ name: 'x', limits: { burst: 1, rate: 5 } });
  });

  it('stand for empty values of YAML', () => {
    expect(whole(schema, { name: null, limits: null }).value).toEqual({ name: 'x', limits: { rate: 5 } });
  });

  it('are left out of what one source says', () => {
    expect(fit(schema, { limits: {} }, { key: 'shop', partial: true }).value).toEqual({ limits: {} });
  });
});

describe('maps', () => {
  it('drop what is not declared', () => {
    expect(whole({ type: 'object', properties: { a: { type: 'number' } } }, { a: 1, b: 2 }).value).toEqual({ a: 1 });
  });

  it('refuse it where the schema says so', () => {
    const schema = { type: 'object', properties: { a: {} }, additionalProperties: false };
    expect(fault(schema, { b: 2 })).toBe('shop.b: no such key; known are a, got 2');
  });

  it('put dotted names of scalars together again', () => {
    const schema = { type: 'object', additionalProperties: { type: 'string' } };
    expect(whole(schema, { a: { b: 'x', c: { d: 1 } } }).value).toEqual({ 'a.b': 'x', 'a.c.d': '1' });
  });

  it('never reach a prototype', () => {
    const poisoned = JSON.parse('{"list":[{"__proto__":{"polluted":true}}]}') as unknown;
    const item = { type: 'object', additionalProperties: true };
    const schema = { type: 'object', properties: { list: { type: 'array', items: item } } };
    const { list } = whole(schema, poisoned).value as { list: [{ polluted?: boolean }] };
    expect(list[0].polluted).toBeUndefined();
  });
});

describe('faults', () => {
  it.each<[JsonSchema, unknown, string]>([
    [{ type: 'number' }, 'abc', 'shop: a number, got "abc"'],
    [{ type: 'integer' }, 1.5, 'shop: an integer, got 1.5'],
    [{ type: 'boolean' }, 'maybe', 'shop: true or false, got "maybe"'],
    [{ type: 'object' }, 5, 'shop: a map, got 5'],
    [{ type: 'array' }, { a: 1 }, 'shop: a list, got {"a":1}'],
    [{ type: ['string', 'null'] }, [1], 'shop: text or nothing, got [1]'],
    [{ type: 'number', minimum: 0 }, -1, 'shop: at least 0, got -1'],
    [{ type: 'number', maximum: 100 }, 101, 'shop: at most 100, got 101'],
    [{ type: 'number', exclusiveMinimum: 0 }, 0, 'shop: more than 0, got 0'],
    [{ type: 'number', exclusiveMaximum: 1 }, 1, 'shop: less than 1, got 1'],
    [{ type: 'number', multipleOf: 0.1 }, 0.25, 'shop: a multiple of 0.1, got 0.25'],
    [{ type: 'string', minLength: 1 }, '', 'shop: text that is not empty, got ""'],
    [{ type: 'string', maxLength: 2 }, 'abc', 'shop: at most 2 characters, got "abc"'],
    [{ type: 'string', pattern: '^a' }, 'b', 'shop: text that matches ^a, got "b"'],
    [{ type: 'array', minItems: 2 }, [1], 'shop: at least 2 items, got [1]'],
    [{ type: 'array', maxItems: 0 }, [1], 'shop: at most 0 items, got [1]'],
    [{ type: 'array', uniqueItems: true }, [1, 1], 'shop: items that differ, got [1,1]'],
    [{ type: 'object', minProperties: 1 }, {}, 'shop: at least 1 entries, got {}'],
    [{ const: 5 }, 6, 'shop: 5, got 6'],
    [{ type: 'object', properties: { a: { type: 'number' } }, required: ['a'] }, {}, 'shop.a: a number, got nothing'],
    [
      { type: 'array', items: { type: 'object', properties: { p: { type: 'number' } } } },
      [{ p: 'x' }],
      'shop[0].p: a number, got "x"',
    ],
    [{ anyOf: [{ type: 'number' }, { const: 'auto' }] }, 'x', 'shop: a number or auto, got "x"'],
    [{ oneOf: [{ type: 'number' }, { type: 'integer' }] }, 3, 'shop: a number or an integer, got 3'],
    [{ not: { const: 3 } }, 3, 'shop: not 3, got 3'],
    [{ allOf: [{ type: 'number', minimum: 3 }] }, 1, 'shop: at least 3, got 1'],
    [
      { type: 'object', propertyNames: { pattern: '^[a-z]+$' } },
      { A: 1 },
      'shop.A: text that matches ^[a-z]+$, got "A"',
    ],
    [{ $ref: '#/$defs/rate', $defs: { rate: { type: 'number' } } }, 'x', 'shop: a number, got "x"'],
  ])('%j on %j', (schema, value, expected) => {
    expect(fault(schema, value)).toBe(expected);
  });

  it('come all at once', () => {
    const schema = { type: 'object', properties: { a: { type: 'number' }, b: { type: 'boolean' } } };
    expect(whole(schema, { a: 'x', b: 'y' }).faults.map(({ key }) => key)).toEqual(['shop.a', 'shop.b']);
  });

  it('show long values shortened and secrets not at all', () => {
    expect(fault({ type: 'number' }, 'x'.repeat(500)).length).toBeLessThan(120);
    const secret = { type: 'object', properties: { password: { type: 'string', maxLength: 3 } } };
    expect(fault(secret, { password: 'hunter2' })).not.toContain('hunter2');
  });

  it('do not ask one source for what another may say', () => {
    const schema = { type: 'object', required: ['a'], minProperties: 2, properties: { a: { type: 'number' } } };
    expect(fit(schema, {}, { key: 'shop', partial: true }).faults).toEqual([]);
  });
});
