import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Field, type FieldOptions } from './field.js';
import type { Fault } from './value-type.js';
import { valueTypeOf } from './value-type-of.js';

/** A field's declaration and JSON that fits it. */
interface Sample {
  readonly options: FieldOptions;
  readonly values: fc.Arbitrary<unknown>;
}

const isPolluting = (name: string): boolean => ['__proto__', 'constructor', 'prototype'].includes(name);
const keys = fc.string().filter((name) => !isPolluting(name));
const text: Sample = {
  options: { type: String },
  values: fc.string({ unit: 'binary' }),
};

const scalars = fc.constantFrom<Sample>(
  text,
  {
    options: { type: String, minLength: 2, maxLength: 5 },
    values: fc.string({ unit: 'grapheme-ascii', minLength: 2, maxLength: 5 }),
  },
  { options: { type: Number }, values: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0) },
  { options: { type: Number, integer: true, minimum: -5 }, values: fc.integer({ min: -5 }) },
  { options: { type: Boolean }, values: fc.boolean() },
  { options: { enum: ['a', 1, null] }, values: fc.constantFrom('a', 1, null) },
  {
    options: { type: Object },
    values: fc
      .dictionary(keys, fc.jsonValue({ maxDepth: 2 }))
      .filter((value) => !/__proto__|constructor|prototype/.test(JSON.stringify(value))),
  },
);

const { samples } = fc.letrec<{ samples: Sample; bare: Sample }>((tie) => ({
  samples: fc.oneof(
    { maxDepth: 3 },
    scalars,
    tie('samples').map(nullable),
    fields(tie('samples')).map(classOf),
    tie('bare'),
  ),
  bare: tie('samples')
    .filter(({ options }) => options.type !== undefined && !options.nullable)
    .chain((sample) => fc.constantFrom(listOf(sample), mapOf(sample))),
}));

function fields(samples: fc.Arbitrary<Sample>): fc.Arbitrary<Record<string, [Sample, boolean]>> {
  return fc.dictionary(keys, fc.tuple(samples, fc.boolean()), { minKeys: 1, maxKeys: 4 });
}

function nullable({ options, values }: Sample): Sample {
  return { options: { ...options, nullable: true }, values: fc.option(values) };
}

/** Without its limits a type accepts what it did with them. */
function listOf({ options, values }: Sample): Sample {
  return { options: { type: [options.type!] }, values: fc.array(values, { maxLength: 3 }) };
}

function mapOf({ options, values }: Sample): Sample {
  return { options: { map: options.type! }, values: fc.dictionary(keys, values, { maxKeys: 3 }) };
}

function classOf(fields: Record<string, [Sample, boolean]>): Sample {
  class Made {}
  for (const [name, [{ options }, optional]] of Object.entries(fields))
    Field({ ...options, optional })(Made.prototype, name);
  const required = Object.entries(fields).filter(([, [, optional]]) => !optional);
  const model = Object.fromEntries(Object.entries(fields).map(([name, [{ values }]]) => [name, values]));
  return { options: { type: Made }, values: fc.record(model, { requiredKeys: required.map(([name]) => name) }) };
}

const sampleAndValue = samples.chain(({ options, values }) => fc.tuple(fc.constant(options), values));

describe('any declared type', () => {
  it('takes what fits as it is and writes it as it was', () => {
    fc.assert(
      fc.property(sampleAndValue, ([options, value]) => {
        const type = valueTypeOf(options.type, { ...options, where: 'made' });
        const faults: Fault[] = [];
        const parsed: unknown = JSON.parse(JSON.stringify(value));
        const taken = type.validate(parsed, { place: 'body', pointer: '' }, faults);
        expect(faults).toEqual([]);
        expect(taken).toEqual(parsed);
        expect(JSON.parse(type.serialize(taken))).toEqual(parsed);
      }),
      { numRuns: 300 },
    );
  });

  it('never throws for hostile JSON, changes nothing of it and gives no undeclared field', () => {
    fc.assert(
      fc.property(samples, fc.jsonValue(), ({ options }, value) => {
        const type = valueTypeOf(options.type, { ...options, where: 'made' });
        const before = JSON.stringify(value);
        const faults: Fault[] = [];
        const taken = type.validate(value, { place: 'body', pointer: '' }, faults);
        expect(JSON.stringify(value)).toBe(before);
        if (faults.length > 0) expect(taken).toBeUndefined();
        else expect(JSON.parse(type.serialize(taken))).toEqual(JSON.parse(JSON.stringify(taken)));
      }),
      { numRuns: 300 },
    );
  });
});
