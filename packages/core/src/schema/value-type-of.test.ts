import { describe, expect, it } from 'vitest';
import { Dto } from './dto.js';
import { Field } from './field.js';
import type { Spec } from './spec.js';
import type { Fault, ValueType } from './value-type.js';
import { valueTypeOf, type ValueTypeOptions } from './value-type-of.js';

interface Outcome {
  readonly value: unknown;
  readonly faults: readonly Fault[];
}

function taken(type: ValueType, value: unknown): Outcome {
  const faults: Fault[] = [];
  return { value: type.validate(value, { place: 'body', pointer: '' }, faults), faults };
}

/** Pointer, expectation and what came, of each fault. */
function complaints(type: ValueType, value: unknown): readonly string[] {
  return taken(type, value).faults.map(({ pointer, expected, got }) => `${pointer}: ${expected} <- ${got}`);
}

const typeOf = (spec: Spec | undefined, options?: ValueTypeOptions): ValueType => valueTypeOf(spec, options);

describe('plain types', () => {
  it.each<[Spec | undefined, ValueTypeOptions, unknown[], [unknown, string][]]>([
    [
      String,
      {},
      ['', 'é', '👍'],
      [
        [1, 'string <- 1'],
        [null, 'string <- null'],
        [{}, 'string <- object'],
        [undefined, 'string <- nothing'],
      ],
    ],
    [
      String,
      { minLength: 2, maxLength: 3 },
      ['ab', 'abc', '👍👍👍'],
      [
        ['a', 'at least 2 characters <- "a"'],
        ['👍', 'at least 2 characters <- "👍"'],
        ['abcd', 'at most 3 characters <- "abcd"'],
      ],
    ],
    [String, { pattern: '^a+$' }, ['aa'], [['ab', 'text that matches ^a+$ <- "ab"']]],
    [
      String,
      { format: 'date-time' },
      ['2024-02-29T00:00:00Z'],
      [
        ['2023-02-29T00:00:00Z', 'date-time <- "2023-02-29T00:00:00Z"'],
        ['soon', 'date-time <- "soon"'],
      ],
    ],
    [String, { format: 'uuid' }, ['9f1c2d3e-0000-4000-8000-000000000000'], [['x', 'uuid <- "x"']]],
    [
      Number,
      {},
      [0, -1.5, 1e300],
      [
        [Number.NaN, 'number <- NaN'],
        [Infinity, 'number <- Infinity'],
        ['1', 'number <- "1"'],
      ],
    ],
    [
      Number,
      { integer: true, minimum: 1, maximum: 3 },
      [1, 3],
      [
        [0, 'at least 1 <- 0'],
        [4, 'at most 3 <- 4'],
        [1.5, 'integer <- 1.5'],
      ],
    ],
    [
      Number,
      { exclusiveMinimum: 0, exclusiveMaximum: 1 },
      [0.5],
      [
        [0, 'more than 0 <- 0'],
        [1, 'less than 1 <- 1'],
      ],
    ],
    [Number, { multipleOf: 0.1 }, [0.3, 1.1, -0.7], [[0.35, 'a multiple of 0.1 <- 0.35']]],
    [
      Number,
      { format: 'int32' },
      [2147483647],
      [
        [2147483648, 'at most 2147483647 <- 2147483648'],
        [1.5, 'integer <- 1.5'],
      ],
    ],
    [
      Boolean,
      {},
      [true, false],
      [
        ['true', 'boolean <- "true"'],
        [0, 'boolean <- 0'],
      ],
    ],
    [undefined, { enum: ['a', 1, null] }, ['a', 1, null], [['b', 'one of "a", 1, null <- "b"']]],
    [String, { nullable: true }, [null, 'x'], [[1, 'string or null <- 1']]],
    [
      [String],
      { minItems: 1, maxItems: 2, maxLength: 1 },
      [['a'], ['a', 'b']],
      [
        [[], 'at least 1 items <- list of 0'],
        [['a', 'b', 'c'], 'at most 2 items <- list of 3'],
      ],
    ],
    [[[Number]], {}, [[], [[1], []]], []],
    [[Object], { uniqueItems: true }, [[{ a: 1 }, { a: 2 }]], [[[{ a: 1 }, { a: 1 }], 'no equal items <- list of 2']]],
    [
      undefined,
      { map: Number, minProperties: 1 },
      [{ a: 1, constructorName: 2 }],
      [
        [{}, 'at least 1 entries <- object'],
        [[], 'object <- list of 0'],
      ],
    ],
    [
      Object,
      {},
      [{}, { a: [1, { b: null }] }],
      [
        [[], 'object <- list of 0'],
        ['x', 'object <- "x"'],
      ],
    ],
  ])('%o with %o accept and refuse', (spec, options, good, bad) => {
    const type = typeOf(spec, { ...options, where: 'test' });
    for (const value of good) expect(taken(type, value)).toEqual({ value, faults: [] });
    for (const [value, complaint] of bad) {
      if (complaint.startsWith('string or null'))
        expect(complaints(type, value)).toEqual([`: string <- ${JSON.stringify(value)}`]);
      else expect(complaints(type, value)).toEqual([`: ${complaint}`]);
      expect(taken(type, value).value).toBeUndefined();
    }
  });

  it('turn text into dates, big integers and bytes, and back', () => {
    const instant = '2024-05-06T07:08:09.010Z';
    const types: [Spec, ValueTypeOptions, string, unknown][] = [
      [Date, {}, instant, new Date(instant)],
      [Date, { format: 'date' }, '2024-05-06', new Date('2024-05-06')],
      [BigInt, {}, '-9223372036854775808', -(2n ** 63n)],
      [Buffer, {}, 'aGk=', Buffer.from('hi')],
    ];
    for (const [spec, options, text, value] of types) {
      const type = typeOf(spec, options);
      expect(taken(type, text)).toEqual({ value, faults: [] });
      expect(taken(type, value)).toEqual({ value, faults: [] });
      expect(JSON.parse(type.serialize(value))).toBe(text);
      expect(type.converts).toBe(true);
    }
    expect(complaints(typeOf(Date), '2024-13-01T00:00:00Z')).toEqual([': date-time <- "2024-13-01T00:00:00Z"']);
    expect(complaints(typeOf(Date), new Date(Number.NaN))).toEqual([': date-time <- Date']);
    expect(complaints(typeOf(BigInt), '9223372036854775808')).toHaveLength(1);
    expect(complaints(typeOf(BigInt), '007')).toHaveLength(1);
    expect(complaints(typeOf(Buffer), 'a===')).toHaveLength(1);
    expect(typeOf(String, { format: 'date-time' }).serialize(new Date(instant))).toBe(`"${instant}"`);
  });
});

enum Colour {
  Red,
  Green,
}
class Base {
  @Field({ minLength: 1 }) id!: string;
  @Field() replaced!: string;
}
class Tree extends Base {
  @Field({ type: Number }) declare replaced: never;
  @Field({ type: () => [Tree], default: [] }) children!: Tree[];
  @Field({ optional: true }) note?: string;
  @Field({ default: 7 }) weight!: number;
  @Field({ enum: Colour, optional: true }) colour?: Colour;
  notAField = 'x';
}

describe('classes', () => {
  it('keep declared fields only, fill in defaults and inherit', () => {
    const given = {
      id: 'a',
      replaced: 1,
      children: [{ id: 'b', replaced: 2, note: 'n', odd: 1 }],
      other: true,
      notAField: 1,
      colour: 1,
    };
    const before = structuredClone(given);
    expect(taken(typeOf(Tree), given)).toEqual({
      value: {
        id: 'a',
        replaced: 1,
        children: [{ id: 'b', replaced: 2, children: [], note: 'n', weight: 7 }],
        weight: 7,
        colour: 1,
      },
      faults: [],
    });
    expect(given).toEqual(before);
    const { value } = taken(typeOf(Tree), { id: 'a', replaced: 1 }) as { value: object };
    expect(Object.keys(value)).not.toContain('note');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it('never share a default', () => {
    const type = typeOf(Tree);
    const first = taken(type, { id: 'a', replaced: 1 }).value as Tree;
    first.children.push(first);
    expect((taken(type, { id: 'b', replaced: 1 }).value as Tree).children).toEqual([]);
  });

  it('report every fault by its pointer', () => {
    expect(
      complaints(typeOf([Tree]), [{ id: '', replaced: 'x', children: [{ id: 'a~/b', replaced: {}, colour: 5 }] }, 'y']),
    ).toEqual([
      '/0/id: at least 1 character <- ""',
      '/0/replaced: number <- "x"',
      '/0/children/0/replaced: number <- object',
      '/0/children/0/colour: one of 0, 1 <- 5',
      '/1: object <- "y"',
    ]);
    expect(complaints(typeOf(undefined, { map: Number }), { 'a/b~c': 'x' })).toEqual(['/a~1b~0c: number <- "x"']);
    expect(complaints(typeOf(Tree), {})).toEqual(['/id: string <- nothing', '/replaced: number <- nothing']);
  });

  it('report at most 50 faults', () => {
    expect(complaints(typeOf([Number]), Array(1000).fill('x'))).toHaveLength(50);
    const faults: Fault[] = [];
    for (const value of [Array(30).fill('x'), Array(30).fill('x')])
      typeOf([Number]).validate(value, { place: 'query', pointer: '/a' }, faults);
    expect(faults).toHaveLength(50);
    expect(faults[0]).toMatchObject({ place: 'query', pointer: '/a/0' });
  });

  it('refuse values nested too deeply instead of overflowing the stack', () => {
    let tree: object = { id: 'a', replaced: 1 };
    let any: object = {};
    for (let level = 0; level < 100_000; level++) {
      tree = { id: 'a', replaced: 1, children: [tree] };
      any = { any };
    }
    expect(taken(typeOf(Tree), tree).faults).toMatchObject([{ expected: 'at most 128 levels' }]);
    expect(taken(typeOf(Object), any).faults).toMatchObject([{ expected: 'at most 128 levels' }]);
    expect(() => typeOf(Tree, { direction: 'out' }).serialize(tree)).toThrow(/fewer levels/);
  });

  it('refuse or drop what is not declared, as the class, else the caller says', () => {
    @Dto({ extra: 'refuse' })
    class Strict {
      @Field() a!: string;
    }
    @Dto({ extra: 'drop' })
    class Lax {
      @Field() a!: string;
    }
    expect(complaints(typeOf(Strict), { a: '', b: 1 })).toEqual(['/b: no such field <- 1']);
    expect(taken(typeOf(Lax, { extra: 'refuse' }), { a: '', b: 1 })).toEqual({ value: { a: '' }, faults: [] });
    expect(
      complaints(typeOf(Tree, { extra: 'refuse' }), {
        id: 'a',
        replaced: 1,
        children: [{ id: 'b', replaced: 1, x: 1 }],
      }),
    ).toEqual(['/children/0/x: no such field <- 1']);
  });

  it('never let a key reach a prototype', () => {
    const hostile = JSON.parse(
      '{"id":"a","replaced":1,"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}},"prototype":1}',
    ) as object;
    for (const spec of [Tree, Object, undefined] as const) {
      const { value } = taken(typeOf(spec, spec ? {} : { map: Object }), spec ? hostile : { a: hostile }) as {
        value: object;
      };
      expect(({} as { admin?: unknown }).admin).toBeUndefined();
      expect((value as { admin?: unknown }).admin).toBeUndefined();
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
      expect(Object.hasOwn(value, 'constructor')).toBe(false);
    }
  });

  it('take inherited names of objects for missing fields', () => {
    class Odd {
      @Field() toString!: () => string;
    }
    Field({ type: String })(Odd.prototype, 'toString');
    expect(complaints(valueTypeOf(Odd), {})).toEqual(['/toString: string <- nothing']);
    expect(taken(valueTypeOf(Odd), JSON.parse('{"toString":"x"}')).value).toEqual({ toString: 'x' });
  });

  it('give instances when the class has methods, without running its constructor', () => {
    class Point {
      @Field() x!: number;
      @Field({ default: 0 }) y!: number;
      constructor() {
        throw new Error('not by hand');
      }
      @Field() get length(): number {
        return Math.hypot(this.x, this.y);
      }
    }
    const point = taken(valueTypeOf(Point as unknown as Spec), { x: 3, y: 4, length: 99 }).value as Point;
    expect(point).toBeInstanceOf(Point);
    expect(point.length).toBe(5);
    expect(valueTypeOf(Point as unknown as Spec, { direction: 'out' }).serialize(point)).toBe(
      '{"x":3,"y":4,"length":5}',
    );
  });

  it('keep read-only fields from coming in and write-only ones from going out', () => {
    class Account {
      @Field() name!: string;
      @Field({ writeOnly: true }) password!: string;
      @Field({ readOnly: true }) id!: string;
    }
    const account = { name: 'a', password: 'p', id: 'i' };
    expect(taken(valueTypeOf(Account), account).value).toEqual({ name: 'a', password: 'p' });
    expect(valueTypeOf(Account).serialize(account)).toBe('{"name":"a","password":"p"}');
    expect(valueTypeOf(Account, { direction: 'out' }).serialize(account)).toBe('{"name":"a","id":"i"}');
    expect(taken(valueTypeOf(Account, { direction: 'out' }), { name: 'a', id: 'i' }).value).toEqual({
      name: 'a',
      id: 'i',
    });
  });

  it('keep secrets out of faults', () => {
    class Login {
      @Field({ maxLength: 3 }) password!: string;
      @Field({ maxLength: 3, secret: true }) answer!: string;
      @Field({ map: Number, optional: true }) tokens?: Record<string, number>;
    }
    const { faults } = taken(valueTypeOf(Login), {
      password: 'hunter2',
      answer: 'hunter2',
      tokens: { apiKey: 'hunter2' },
    });
    expect(faults).toHaveLength(3);
    expect(JSON.stringify(faults)).not.toContain('hunter2');
    expect(JSON.stringify(taken(typeOf(Number, { secret: true }), 'hunter2').faults)).not.toContain('hunter2');
    expect(taken(typeOf(Number), 'x'.repeat(1000)).faults[0]!.got.length).toBeLessThan(50);
  });
});

class Circle {
  @Field({ enum: ['circle'] }) kind!: 'circle';
  @Field() radius!: number;
}
class Square {
  @Field({ enum: ['square'] }) kind!: 'square';
  @Field() side!: number;
}
class Chain {
  @Field({ union: [Chain, Circle, () => Chain], optional: true }) next?: Chain | Circle;
  @Field({ default: 1 }) at!: number;
}

describe('unions', () => {
  it('take the member that the discriminator names', () => {
    const type = typeOf(undefined, { union: [Circle, Square], discriminator: 'kind' });
    expect(taken(type, { kind: 'square', side: 2, radius: 1 }).value).toEqual({ kind: 'square', side: 2 });
    expect(complaints(type, { kind: 'square', side: 'x' })).toEqual(['/side: number <- "x"']);
    expect(complaints(type, { kind: 'line' })).toEqual(['/kind: one of "circle", "square" <- "line"']);
    expect(complaints(type, {})).toEqual(['/kind: one of "circle", "square" <- nothing']);
    expect(complaints(type, null)).toEqual([': object <- null']);
    expect(type.serialize({ kind: 'circle', radius: 1, side: 3 })).toBe('{"kind":"circle","radius":1}');
    expect(() => type.serialize({ kind: 'line' })).toThrow(/Circle or Square/);
  });

  it('take the first member that fits', () => {
    const type = typeOf(undefined, { union: [Circle, Square, String, [Number]] });
    expect(taken(type, { kind: 'square', side: 2 }).value).toEqual({ kind: 'square', side: 2 });
    expect(taken(type, [1]).value).toEqual([1]);
    expect(complaints(type, true)).toEqual([': Circle or Square or string or list <- true']);
    expect(type.serialize([1])).toBe('[1]');
    expect(type.serialize({ kind: 'square', side: 2, radius: 1 })).toBe('{"kind":"square","side":2}');
  });

  it('give up in time when alternatives multiply', () => {
    let value: object = { at: 'wrong' };
    for (let level = 0; level < 60; level++) value = { next: value };
    expect(taken(typeOf(Chain), value).faults.length).toBeGreaterThan(0);
  });
});

describe('serialize', () => {
  it('sends declared fields only, in their order, with defaults', () => {
    const out = typeOf(Tree, { direction: 'out' });
    expect(
      out.serialize({
        other: 1,
        replaced: 1,
        id: 'a"\u2028\ud800',
        children: [{ id: 'b', replaced: -0, note: undefined }],
      }),
    ).toBe(
      '{"id":"a\\"\u2028\\ud800","replaced":1,"children":[{"id":"b","replaced":0,"children":[],"weight":7}],"weight":7}',
    );
    expect(typeOf(undefined, { map: Number }).serialize(new Map([['a', 1]]))).toBe('{"a":1}');
    expect(typeOf(undefined, { map: [Boolean] }).serialize({ 'a"': [true], b: undefined })).toBe('{"a\\"":[true]}');
  });

  it.each<[Spec, unknown, RegExp]>([
    [Tree, { replaced: 1 }, /^a result\/id does not fit: expected string, got nothing/],
    [Tree, { id: 'a', replaced: 'x' }, /^a result\/replaced does not fit: expected number, got "x"/],
    [
      [Tree],
      [{ id: 'a', replaced: 1, children: [null] }],
      /^a result\/0\/children\/0 does not fit: expected Tree, got null/,
    ],
    [Number, Number.NaN, /expected number, got NaN/],
    [String, undefined, /expected string, got nothing/],
    [Object, { a: 1n }, /expected JSON/],
  ])('refuses what does not fit %o', (spec, value, message) => {
    const type = typeOf(spec, { direction: 'out', where: 'a result' });
    expect(() => type.serialize(value)).toThrow(
      expect.objectContaining({ code: 'RESULT_INVALID', message: expect.stringMatching(message) }),
    );
  });

  it('keeps secrets out of its refusals', () => {
    class Key {
      @Field() password!: number;
    }
    expect(() => valueTypeOf(Key, { direction: 'out' }).serialize({ password: 'hunter2' })).toThrow(
      /string \(redacted\)/,
    );
  });
});
