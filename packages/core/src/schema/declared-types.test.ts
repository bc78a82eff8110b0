import { describe, expect, it } from 'vitest';
import { Dto } from './dto.js';
import { Field, type FieldOptions } from './field.js';
import type { Spec } from './spec.js';
import type { ValueType } from './value-type.js';
import { valueTypeOf, type ValueTypeOptions } from './value-type-of.js';

const typeOf = (spec: Spec | undefined, options?: ValueTypeOptions): ValueType => valueTypeOf(spec, options);

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

describe('declarations that cannot work', () => {
  const field = (options: FieldOptions, name = 'title'): Spec => {
    class Book {}
    Field(options)(Book.prototype, name);
    return Book;
  };
  class Loose {
    @Field() list!: string[];
  }
  class Looser {
    @Field() either!: string | number;
  }
  class Mapped {
    @Field() map!: Map<string, string>;
  }
  class Empty {}
  it.each<[string, Spec, RegExp]>([
    ['a list without items', Loose, /^Loose.list: .*\{ type: \[Item\] \}/],
    ['a union without members', Looser, /^Looser.either: .*\{ union: \[A, B\] \}/],
    ['a Map', Mapped, /^Mapped.map: .*@Field\(\{ map: Value \}\)/],
    ['an erased type', field({}), /^Book.title: no type was emitted for it; .*emitDecoratorMetadata/],
    ['a class without fields', field({ type: Empty }), /^Book.title: its type Empty has no @Field/],
    [
      'a name that reaches prototypes',
      field({ type: String }, '__proto__'),
      /^Book.__proto__: no field can have this name/,
    ],
    [
      'a limit of another type',
      field({ type: Boolean, minLength: 1 }),
      /^Book.title: 'minLength' says nothing of Boolean/,
    ],
    [
      'an unknown format',
      field({ type: String, format: 'date_time' }),
      /unknown format 'date_time' \(did you mean 'date-time'\?\)/,
    ],
    ['a format of text on a number', field({ type: Number, format: 'email' }), /is its type String/],
    ['a bad pattern', field({ type: String, pattern: '(' }), /^Book.title: its pattern is no regular expression/],
    [
      'a default that does not fit',
      field({ type: [Number], default: ['x'] }),
      /^Book.title: its default does not fit at \/0: expected number/,
    ],
    ['an enum without values', field({ enum: [] }), /at least one value/],
    ['a list of two', field({ type: [String, Number] as never }), /names one type of items/],
    ['an object as type', field({ type: { a: 1 } as never }), /which is no class, list/],
    [
      'a discriminator nobody declares',
      field({ union: [Circle, Chain], discriminator: 'kind' }),
      /Chain does not declare the discriminator/,
    ],
    [
      'two members of one kind',
      field({ union: [Circle, Circle], discriminator: 'kind' }),
      /two members of the union have kind "circle"/,
    ],
    ['what never travels', field({ type: String, readOnly: true, writeOnly: true }), /both readOnly and writeOnly/],
  ])('refuse %s, naming the member', (_what, spec, message) => {
    expect(() => valueTypeOf(spec)).toThrow(message);
  });
});

describe('the JSON Schema', () => {
  it('names classes once and follows recursion', () => {
    const type = typeOf([Tree]);
    expect(type.name).toBeUndefined();
    expect(type.json).toEqual({ type: 'array', items: { $ref: '#/$defs/Tree' } });
    expect([...type.definitions.keys()]).toEqual(['Tree']);
    expect(type.definitions.get('Tree')).toEqual({
      type: 'object',
      properties: {
        id: { type: 'string', minLength: 1 },
        replaced: { type: 'number' },
        children: { type: 'array', items: { $ref: '#/$defs/Tree' }, default: [] },
        note: { type: 'string' },
        weight: { type: 'number', default: 7 },
        colour: { type: 'integer', enum: [0, 1] },
      },
      required: ['id', 'replaced'],
    });
    expect(typeOf(Tree).name).toBe('Tree');
  });

  it('says what is nullable, mapped, united and noted', () => {
    class Notes {
      @Field({ type: Tree, nullable: true, description: 'd', title: 't' }) tree!: Tree | null;
      @Field({ type: String, nullable: true, enum: ['a'], deprecated: true }) letter!: 'a' | null;
      @Field({ map: Date, example: { a: new Date(0) } }) dates!: Record<string, Date>;
      @Field({ union: [Circle, Square], discriminator: 'kind' }) shape!: Circle | Square;
      @Field({ readOnly: true, default: new Date(0) }) at!: Date;
    }
    expect(valueTypeOf(Notes).definitions.get('Notes')!['properties']).toEqual({
      tree: { anyOf: [{ $ref: '#/$defs/Tree' }, { type: 'null' }], title: 't', description: 'd' },
      letter: { type: ['string', 'null'], enum: ['a', null], deprecated: true },
      dates: {
        type: 'object',
        additionalProperties: { type: 'string', format: 'date-time' },
        examples: [{ a: '1970-01-01T00:00:00.000Z' }],
      },
      shape: {
        oneOf: [{ $ref: '#/$defs/Circle' }, { $ref: '#/$defs/Square' }],
        discriminator: { propertyName: 'kind', mapping: { circle: '#/$defs/Circle', square: '#/$defs/Square' } },
      },
      at: { type: 'string', format: 'date-time', default: '1970-01-01T00:00:00.000Z', readOnly: true },
    });
  });

  it('gives two classes of one name distinct names, and takes the name and texts of @Dto', () => {
    const twin = (): Spec => {
      class Twin {}
      Field({ type: String })(Twin.prototype, 'a');
      return Twin;
    };
    @Dto({ name: 'Renamed', description: 'd' })
    class Other {
      @Field() a!: string;
    }
    const type = typeOf(undefined, { union: [twin(), twin(), Other] });
    expect(type.json).toEqual({
      anyOf: [{ $ref: '#/$defs/Twin' }, { $ref: '#/$defs/Twin2' }, { $ref: '#/$defs/Renamed' }],
    });
    expect(type.definitions.get('Renamed')).toMatchObject({ description: 'd' });
  });
});

it('knows every format of text that ajv-formats has, and no other', () => {
  const { fullFormats } = require('ajv-formats/dist/formats') as { fullFormats: Record<string, unknown> };
  const ofNumbers = ['int32', 'float', 'double'];
  for (const format of Object.keys(fullFormats)) {
    const make = (): unknown => typeOf(String, { format }).validate('x', { place: 'body', pointer: '' }, []);
    if (ofNumbers.includes(format)) expect(make).toThrow(/one of numbers/);
    else expect(make).not.toThrow();
  }
});
