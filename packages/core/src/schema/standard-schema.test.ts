import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Field } from './field.js';
import type { Spec } from './spec.js';
import type { StandardSchema } from './standard-schema.js';
import type { Fault, ValueType } from './value-type.js';
import { valueTypeOf } from './value-type-of.js';

async function taken(
  type: ValueType,
  value: unknown,
  place = 'body',
): Promise<{ value: unknown; faults: readonly Fault[] }> {
  const faults: Fault[] = [];
  return { value: await type.validate(value, { place, pointer: '' }, faults), faults };
}

const zodBook = z.object({
  title: z.string().min(1),
  tags: z.array(z.string()).default([]),
  pages: z.number().int().optional(),
});
const valibotBook = v.object({ title: v.pipe(v.string(), v.minLength(1)), tags: v.optional(v.array(v.string()), []) });

describe('a Standard Schema in the place of a class', () => {
  it.each<[string, Spec]>([
    ['zod', zodBook],
    ['valibot', valibotBook],
  ])('of %s checks, drops and fills in', async (_library, spec) => {
    const type = valueTypeOf(spec);
    expect(await taken(type, { title: 'x', odd: 1 })).toEqual({ value: { title: 'x', tags: [] }, faults: [] });
    const { value, faults } = await taken(type, { title: '', tags: ['a', 1] });
    expect(value).toBeUndefined();
    expect(faults.map(({ place, pointer, got }) => [place, pointer, got])).toEqual([
      ['body', '/title', '""'],
      ['body', '/tags/1', '1'],
    ]);
    expect(type.async).toBe(true);
  });

  it('stands in fields, lists, maps and where null may', async () => {
    class Shelf {
      @Field({ type: zodBook }) first!: z.infer<typeof zodBook>;
      @Field({ type: [valibotBook], optional: true }) others?: object[];
      @Field({ map: zodBook, optional: true }) named?: Record<string, object>;
      @Field({ type: zodBook, nullable: true, optional: true }) last?: object | null;
    }
    const type = valueTypeOf(Shelf);
    const book = { title: 'x' };
    const full = { title: 'x', tags: [] };
    expect((await taken(type, { first: book, others: [book], named: { a: book }, last: null })).value).toEqual({
      first: full,
      others: [full],
      named: { a: full },
      last: null,
    });
    const { faults } = await taken(type, { first: {}, others: [book, {}], named: { 'a/b': {} } });
    expect(faults.map(({ pointer }) => pointer)).toEqual(['/first/title', '/others/1/title', '/named/a~1b/title']);
  });

  it('may take its time, wherever it stands', async () => {
    const free = z.string().refine(async (name) => Promise.resolve(name !== 'taken'), { message: 'is taken' });
    class User {
      @Field({ type: free }) name!: string;
      @Field({ type: [free] }) aliases!: string[];
      @Field({ map: free, optional: true }) more?: Record<string, string>;
    }
    const type = valueTypeOf(User);
    expect(await taken(type, { name: 'a', aliases: ['b'], more: { c: 'd' } })).toEqual({
      value: { name: 'a', aliases: ['b'], more: { c: 'd' } },
      faults: [],
    });
    const bad = await taken(type, { name: 'taken', aliases: ['b', 'taken'], more: { c: 'taken' } });
    expect(bad.value).toBeUndefined();
    expect(bad.faults.map(({ pointer, message }) => [pointer, message])).toEqual([
      ['/name', 'is taken'],
      ['/aliases/1', 'is taken'],
      ['/more/c', 'is taken'],
    ]);
    expect((await taken(valueTypeOf(free), 'taken')).faults).toMatchObject([{ pointer: '', message: 'is taken' }]);
    expect((await taken(valueTypeOf(free), 'free')).value).toBe('free');
  });

  it('leaves undeclared fields of results out, and refuses what does not fit', () => {
    const type = valueTypeOf([zodBook], { direction: 'out', where: 'result' });
    expect(type.serialize([{ title: 'x', tags: [], secret: 1 }])).toBe('[{"title":"x","tags":[]}]');
    expect(() => type.serialize([{ title: 1 }])).toThrow(
      expect.objectContaining({ code: 'RESULT_INVALID', message: expect.stringContaining('result/0') }),
    );
  });

  it('is documented by its own JSON Schema', () => {
    const type = valueTypeOf(zodBook);
    expect(type.json).toMatchObject({
      type: 'object',
      properties: { title: { type: 'string', minLength: 1 } },
      required: ['title'],
    });
    expect(type.json).not.toHaveProperty('$schema');
    expect(valueTypeOf(zodBook, { direction: 'out' }).json['required']).toContain('tags');
  });

  it('is documented with definitions of its own when it refers to itself', () => {
    const Category = z.object({
      name: z.string(),
      get parts() {
        return z.array(Category);
      },
    });
    const type = valueTypeOf([Category]);
    const text = JSON.stringify([type.json, ...type.definitions.values()]);
    for (const [reference] of text.matchAll(/#[^"]*/g))
      expect(type.definitions.has(reference.replace('#/$defs/', ''))).toBe(true);
    expect(type.definitions.size).toBe(1);
  });

  it('without a JSON Schema is documented as anything, with a note', () => {
    const bare: StandardSchema<string> = {
      '~standard': { version: 1, vendor: 'home-made', validate: (value) => ({ value: String(value) }) },
    };
    expect(valueTypeOf(bare).json).toEqual({ 'x-standard-schema': 'home-made' });
  });

  it('is never given what is nested too deeply for it', async () => {
    let value: object = {};
    for (let level = 0; level < 100_000; level++) value = { value };
    const { faults } = await taken(valueTypeOf(z.any()), value);
    expect(faults).toMatchObject([{ expected: 'at most 128 levels' }]);
  });

  it('keeps secrets out of its faults', async () => {
    const { faults } = await taken(valueTypeOf(z.object({ password: z.string().max(2) })), { password: 'hunter2' });
    expect(faults).toHaveLength(1);
    expect(JSON.stringify(faults)).not.toContain('hunter2');
  });

  it('cannot be a member of a union that has to be tried', () => {
    expect(() => valueTypeOf(undefined, { union: [zodBook, String], where: 'Book.part' })).toThrow(
      /^Book.part: a union without a discriminator/,
    );
  });
});
