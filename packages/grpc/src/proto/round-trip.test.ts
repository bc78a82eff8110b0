import { defineSchema, Field, type Fault, type Operation, type Spec, type TypeOptions } from '@ts-chassis/core';
import fc from 'fast-check';
import { parse, Root } from 'protobufjs';
import { describe, expect, it } from 'vitest';
import type { MethodPlan } from '../binding/method-plan.js';
import { deriveService } from './derived-service.js';
import { Protos } from './protos.js';

/** A type, how it is declared, and values of it. */
interface Sample {
  readonly spec: Spec | undefined;
  readonly options?: TypeOptions;
  readonly values: fc.Arbitrary<unknown>;
}

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value, dropped)) as unknown);
const key = text.filter((each) => !['__proto__', 'constructor', 'prototype'].includes(each));

/** What validation drops everywhere, and the zero that JSON does not know. */
function dropped(name: string, value: unknown): unknown {
  if (['__proto__', 'constructor', 'prototype'].includes(name)) return undefined;
  return Object.is(value, -0) ? 0 : value;
}

const scalar = fc.constantFrom<Sample>(
  { spec: String, values: text },
  { spec: Number, values: fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (Object.is(n, -0) ? 0 : n)) },
  { spec: Number, options: { integer: true }, values: fc.maxSafeInteger() },
  { spec: Number, options: { integer: true, minimum: -9, maximum: 9 }, values: fc.integer({ min: -9, max: 9 }) },
  { spec: Boolean, values: fc.boolean() },
  { spec: BigInt, values: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
  { spec: Buffer, values: fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes)) },
  {
    spec: Date,
    values: fc.date({
      noInvalidDate: true,
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
    }),
  },
  {
    spec: Date,
    options: { format: 'date' },
    values: fc.integer({ min: -9e3, max: 9e4 }).map((day) => new Date(day * 864e5)),
  },
  {
    spec: String,
    options: { format: 'date-time' },
    values: fc.constantFrom('2026-01-01T01:02:03+02:00', '2026-01-01T00:00:00.123456Z'),
  },
  { spec: undefined, options: { enum: ['a', 'b'] }, values: fc.constantFrom('a', 'b') },
  { spec: undefined, options: { enum: [0, 3] }, values: fc.constantFrom(0, 3) },
  { spec: undefined, options: { union: [String, Number] }, values: fc.oneof(text, fc.integer()) },
  { spec: Object, values: fc.dictionary(key, json) },
);

let classes = 0;

function classOf(fields: readonly Sample[], how: readonly string[]): Sample {
  const type = { [`Type${++classes}`]: class {} }[`Type${classes}`] as new () => object;
  const shape: Record<string, fc.Arbitrary<unknown>> = {};
  fields.forEach(({ spec, options, values }, index) => {
    const name = `field${index}`;
    const said = how[index];
    const isOptional = said === 'optional';
    const isNullable = said === 'nullable' && !Array.isArray(spec) && options?.map === undefined;
    Field({
      ...options,
      ...(spec !== undefined && { type: spec }),
      ...(isOptional && { optional: true }),
      ...(isNullable && { nullable: true }),
    })(type.prototype as object, name);
    shape[name] = isOptional ? fc.option(values, { nil: undefined }) : isNullable ? fc.option(values) : values;
  });
  return { spec: type, values: fc.record(shape) };
}

const composed = fc.letrec<{ any: Sample; item: Sample }>((tie) => ({
  item: fc.oneof({ weight: 4, arbitrary: scalar }, { weight: 1, arbitrary: tie('any') }),
  any: fc
    .array(
      fc.tuple(
        fc.oneof(
          { weight: 4, arbitrary: scalar },
          fc.array(scalar, { minLength: 1, maxLength: 1 }).map(([one]) => listOf(one!)),
          scalar.map(mapOf),
          scalar.map((one) => listOf(listOf(one))),
          { weight: 1, arbitrary: tie('any') },
          { weight: 1, arbitrary: tie('any').map(listOf) },
        ),
        fc.constantFrom('required', 'optional', 'nullable'),
      ),
      { minLength: 1, maxLength: 5 },
    )
    .map((fields) =>
      classOf(
        fields.map(([sample]) => sample),
        fields.map(([, how]) => how),
      ),
    ),
})).any;

function listOf({ spec, options, values }: Sample): Sample {
  return { spec: [spec ?? String], ...(options && { options }), values: fc.array(values, { maxLength: 4 }) };
}

function mapOf({ spec, options, values }: Sample): Sample {
  return spec === undefined || options
    ? listOf({ spec, ...(options && { options }), values })
    : { spec: undefined, options: { map: spec }, values: fc.dictionary(key, values, { maxKeys: 4 }) };
}

function operationOf(sample: Sample): Operation {
  const parameters = { body: { place: 'body', type: sample.spec! } } as const;
  const operation = { rpc: {}, returns: sample.spec!, parameters };
  return defineSchema({ id: 'shop', operations: { call: operation } }).operations[0]!;
}

/** Lists and maps that may be left out are left out when they are empty: protobuf knows no difference. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null || value instanceof Date || Buffer.isBuffer(value)) return value;
  const entries = Object.entries(value).map(([name, each]) => [name, withoutEmpty(each)] as const);
  return Object.fromEntries(entries.filter(([, each]) => each !== undefined && !isEmpty(each)));
}

function isEmpty(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Date || Buffer.isBuffer(value)) return false;
  return Object.keys(value).length === 0;
}

function validated(operation: Operation, value: unknown): unknown {
  const faults: Fault[] = [];
  const taken = operation.parameters[0]!.schema.validate(value, { place: 'body', pointer: '' }, faults);
  expect(faults).toEqual([]);
  return taken;
}

function plan(operation: Operation): MethodPlan {
  return new Protos().planOf(operation)!;
}

const cases = composed.chain((sample) => fc.tuple(fc.constant(sample), sample.values));

describe('any declared type', () => {
  it('arrives as it would over REST, as an argument and as a result', () => {
    fc.assert(
      fc.property(cases, ([sample, value]) => {
        const operation = operationOf(sample);
        const { schema } = operation.parameters[0]!;
        const overRest = validated(operation, JSON.parse(schema.serialize(value)));
        const call = plan(operation);
        const [argument] = call.toArguments(call.decodeRequest(call.encodeRequest(call.toMessage([value]))));
        expect(withoutEmpty(validated(operation, argument))).toEqual(withoutEmpty(overRest));
        const bytes = call.encodeResponse(call.resultToMessage(value));
        expect(withoutEmpty(validated(operation, call.messageToResult(call.decodeResponse(bytes))))).toEqual(
          withoutEmpty(overRest),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('is written as protobuf that other programs parse to the same', () => {
    fc.assert(
      fc.property(composed, (sample) => {
        const operation = operationOf(sample);
        const protos = new Protos();
        const { text: written } = protos.text(operation.schema)[0]!;
        const { root } = parse(written, new Root(), { keepCase: true });
        for (const { name, fields } of deriveService('shop', operation.schema.operations).messages) {
          const type = root.lookupType(name);
          expect(Object.keys(type.fields)).toEqual(fields.map((field) => field.name));
          for (const field of fields) {
            const parsed = type.fields[field.name]!;
            expect([parsed.id, parsed.repeated, parsed.map]).toEqual([
              field.number,
              field.label === 'list',
              field.label === 'map',
            ]);
          }
        }
        expect(protos.fileDescriptors([operation])[0]!.symbols).toContain('shop.call');
      }),
      { numRuns: 40 },
    );
  });

  it('survives what is no message of it: a result or a coded refusal, and no prototype is reached', () => {
    fc.assert(
      fc.property(cases, fc.uint8Array({ maxLength: 40 }), fc.nat(), ([sample, value], noise, at) => {
        const call = plan(operationOf(sample));
        const bytes = call.encodeResponse(call.resultToMessage(value));
        const cut = bytes.subarray(0, at % (bytes.length + 1));
        for (const bad of [Buffer.from(noise), cut, Buffer.concat([cut, Buffer.from(noise)])]) {
          try {
            call.decodeRequest(bad);
          } catch (error) {
            expect(error).toMatchObject({ code: 'MESSAGE_MALFORMED', kind: 'INVALID_ARGUMENT' });
          }
        }
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });
});
