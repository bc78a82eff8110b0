import { nativeTypeOf, type JsonSchema, type NativeType } from '@ts-chassis/core';
import type { FieldModel, FieldType, MessageModel } from './message-model.js';

/** What the types of one schema may refer to. */
export interface Surroundings {
  readonly definitions: ReadonlyMap<string, JsonSchema>;
  /** Name of the message that an object without a name of its own becomes. */
  readonly inline: string;
  /** The message of an object with declared fields. */
  message(schema: JsonSchema, name: string, around: Surroundings): MessageModel;
}

/** The type of a place and how many values it has. */
export interface Place extends Pick<FieldModel, 'label'> {
  readonly type: FieldType;
  readonly nullable: boolean;
}

const ANY: FieldType = { kind: 'json', json: 'Value' };

/** Keywords that say more than one type can. */
const COMPOUND = ['anyOf', 'oneOf', 'allOf', 'not', 'if', 'patternProperties', 'prefixItems'] as const;

const LEAST_INT32 = -0x80000000;
const MOST_INT32 = 0x7fffffff;

/** What a place of a JSON Schema is in protobuf. What no type of protobuf can say is `google.protobuf.Value`. */
export function placeOf(schema: JsonSchema, around: Surroundings): Place {
  const seen = look(schema, around);
  const { items, additionalProperties: values } = seen.schema;
  if (isList(seen)) return { type: itemOf(items as JsonSchema, around), label: 'list', nullable: seen.nullable };
  if (isMap(seen)) return { type: itemOf(values as JsonSchema, around), label: 'map', nullable: seen.nullable };
  const type = single(seen, around);
  return { type, label: 'one', nullable: seen.nullable && type !== ANY };
}

/** A place, looked at past references and null. */
interface Seen {
  readonly schema: JsonSchema;
  /** Of the definition it refers to. */
  readonly name: string | undefined;
  readonly nullable: boolean;
  readonly native: NativeType | undefined;
}

function look(schema: JsonSchema, around: Surroundings): Seen {
  const outer = follow({ schema, name: undefined }, around);
  const inner = withoutNull(outer.schema);
  const { schema: plain, name } = follow({ schema: inner.schema, name: outer.name }, around);
  return { schema: plain, name, nullable: inner.nullable, native: nativeTypeOf(outer.schema) ?? nativeTypeOf(plain) };
}

/** Lists of lists and maps of maps do not exist in protobuf, nor does null in a list. */
function itemOf(schema: JsonSchema, around: Surroundings): FieldType {
  const seen = look(schema, around);
  if (seen.nullable) return ANY;
  if (isList(seen)) return { kind: 'json', json: 'ListValue' };
  return isMap(seen) ? { kind: 'json', json: 'Struct' } : single(seen, around);
}

function single(seen: Seen, around: Surroundings): FieldType {
  const { schema, name } = seen;
  if (isCompound(schema)) return ANY;
  if (hasFields(schema)) {
    const message = around.message(schema, name ?? around.inline, around);
    return { kind: 'message', message };
  }
  const values =
    (schema['enum'] as readonly unknown[] | undefined) ?? ('const' in schema ? [schema['const']] : undefined);
  return values ? ofValues(values) : ofType(seen);
}

function isList({ schema }: Seen): boolean {
  return schema['type'] === 'array' && isSchema(schema['items']) && !isCompound(schema);
}

function isMap({ schema }: Seen): boolean {
  const { type, additionalProperties: values, properties = {} } = schema;
  const isOpen = isSchema(values) && Object.keys(values).length > 0 && Object.keys(properties as object).length === 0;
  return type === 'object' && isOpen && !isCompound(schema);
}

function ofType(seen: Seen): FieldType {
  const { schema } = seen;
  switch (schema['type']) {
    case 'string':
      return ofText(seen);
    case 'number':
      return { kind: 'scalar', scalar: 'double', form: 'number' };
    case 'integer':
      return { kind: 'scalar', scalar: fitsInt32(schema) ? 'int32' : 'int64', form: 'number' };
    case 'boolean':
      return { kind: 'scalar', scalar: 'bool', form: 'boolean' };
    case 'object':
      return { kind: 'json', json: 'Struct' };
    case 'array':
      return { kind: 'json', json: 'ListValue' };
    default:
      return ANY;
  }
}

function ofText({ schema, native }: Seen): FieldType {
  switch (native) {
    case 'Date':
      return schema['format'] === 'date'
        ? { kind: 'scalar', scalar: 'string', form: 'day' }
        : { kind: 'timestamp', form: 'date' };
    case 'Buffer':
      return { kind: 'scalar', scalar: 'bytes', form: 'bytes' };
    case 'bigint':
      return { kind: 'scalar', scalar: 'int64', form: 'bigint' };
    default:
      return { kind: 'scalar', scalar: 'string', form: 'text' };
  }
}

/** Values are sent as what they are: an `enum` of protobuf could not grow by a name that is no identifier, nor keep numbers apart. */
function ofValues(values: readonly unknown[]): FieldType {
  if (values.every((value) => typeof value === 'string')) return { kind: 'scalar', scalar: 'string', form: 'text' };
  if (values.every((value) => typeof value === 'boolean')) return { kind: 'scalar', scalar: 'bool', form: 'boolean' };
  if (!values.every((value) => typeof value === 'number')) return ANY;
  const numbers = values as readonly number[];
  if (!numbers.every(Number.isInteger)) return { kind: 'scalar', scalar: 'double', form: 'number' };
  const small = numbers.every((value) => value >= LEAST_INT32 && value <= MOST_INT32);
  return { kind: 'scalar', scalar: small ? 'int32' : 'int64', form: 'number' };
}

function fitsInt32(schema: JsonSchema): boolean {
  if (schema['format'] === 'int32') return true;
  const least = bound(schema, ['minimum', 'exclusiveMinimum']);
  const most = bound(schema, ['maximum', 'exclusiveMaximum']);
  return least !== undefined && most !== undefined && least >= LEAST_INT32 && most <= MOST_INT32;
}

function bound(schema: JsonSchema, names: readonly string[]): number | undefined {
  const found = names.map((name) => schema[name]).find((value) => typeof value === 'number');
  return found as number | undefined;
}

/** A schema and what it says of null apart: `{ anyOf: [X, null] }`, `type: ['string', 'null']`, `enum: ['a', null]`. */
function withoutNull(schema: JsonSchema): { readonly schema: JsonSchema; readonly nullable: boolean } {
  const { anyOf, type } = schema;
  if (Array.isArray(anyOf) && anyOf.length === 2) {
    const rest = (anyOf as readonly JsonSchema[]).filter((member) => member['type'] !== 'null');
    if (rest.length === 1) return { schema: rest[0]!, nullable: true };
  }
  if (!Array.isArray(type)) return { schema, nullable: false };
  const types = (type as readonly string[]).filter((name) => name !== 'null');
  if (types.length !== 1) return { schema: { ...schema, type: undefined }, nullable: false };
  const nullable = types.length < type.length;
  const values = schema['enum'] as readonly unknown[] | undefined;
  const plain = { ...schema, type: types[0], ...(values && { enum: values.filter((value) => value !== null) }) };
  return { schema: plain, nullable };
}

/** Goes along references, which may end nowhere. */
function follow(from: Pick<Seen, 'schema' | 'name'>, { definitions }: Surroundings): Pick<Seen, 'schema' | 'name'> {
  let found = from;
  for (let steps = 0; steps < 32; steps++) {
    const name = nameIn(found.schema);
    if (name === undefined) return found;
    found = { schema: definitions.get(name) ?? {}, name };
  }
  return { schema: {}, name: undefined };
}

function nameIn(schema: JsonSchema): string | undefined {
  const reference = schema['$ref'];
  return typeof reference === 'string' && reference.startsWith('#/$defs/')
    ? reference.slice('#/$defs/'.length)
    : undefined;
}

function hasFields(schema: JsonSchema): boolean {
  const { type, properties, additionalProperties: others } = schema;
  if (type !== 'object' || typeof properties !== 'object' || properties === null || isCompound(schema)) return false;
  return Object.keys(properties).length > 0 && !(isSchema(others) && Object.keys(others).length > 0);
}

function isCompound(schema: JsonSchema): boolean {
  return COMPOUND.some((keyword) => keyword in schema);
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
