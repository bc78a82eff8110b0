import type { Field, Type } from 'protobufjs';
import type { FieldType, Form, ScalarName } from './message-model.js';
import type { ProtoLoaderOptions } from './protos-options.js';
import { reflection } from './reflection.js';
import type { Place } from './type-of-schema.js';

/** A field's type as its file has it: a message, or what its value is here when the class says `place`; undefined when the two do not fit. */
export type GivenType = { readonly message: Type } | { readonly type: FieldType } | undefined;

const WRAPPED: Readonly<Record<string, ScalarName>> = {
  ...{ BoolValue: 'bool', BytesValue: 'bytes', DoubleValue: 'double', FloatValue: 'float', Int32Value: 'int32' },
  ...{ Int64Value: 'int64', StringValue: 'string', UInt32Value: 'uint32', UInt64Value: 'uint64' },
};

const PREFIX = '.google.protobuf.';

/** @param place - undefined when the class leaves it open */
export function givenType(field: Field, place: FieldType | undefined, loader: ProtoLoaderOptions): GivenType {
  const { Enum: EnumClass, Type: TypeClass } = reflection();
  const { resolvedType } = field;
  if (resolvedType instanceof EnumClass) {
    const form = enumForm(place, loader);
    const values = resolvedType.values;
    return form && { type: { kind: 'enum', enum: { name: resolvedType.fullName.slice(1), values }, form } };
  }
  if (resolvedType instanceof TypeClass) return ofMessage(resolvedType, place, loader);
  const scalar = field.type as ScalarName;
  const form = scalarForm(scalar, place, loader);
  return form && { type: { kind: 'scalar', scalar, form } };
}

function ofMessage(message: Type, place: FieldType | undefined, loader: ProtoLoaderOptions): GivenType {
  if (!message.fullName.startsWith(PREFIX)) return { message };
  const name = message.fullName.slice(PREFIX.length);
  if (name === 'Value' || name === 'Struct' || name === 'ListValue') return { type: { kind: 'json', json: name } };
  if (name === 'Timestamp') {
    const form = !place || isText(place) ? 'text' : place.kind === 'timestamp' ? 'date' : undefined;
    return form && { type: { kind: 'timestamp', form } };
  }
  if (name === 'Duration') {
    const form = !place || isText(place) ? 'text' : isNumber(place) ? 'number' : undefined;
    return form && { type: { kind: 'duration', form } };
  }
  const scalar = WRAPPED[name];
  if (!scalar) return { message };
  const form = scalarForm(scalar, place, loader);
  return form && { type: { kind: 'wrapper', scalar, form, name: message.fullName.slice(1) } };
}

function enumForm(place: FieldType | undefined, { enums }: ProtoLoaderOptions): 'text' | 'number' | undefined {
  if (!place) return enums === Number ? 'number' : 'text';
  if (isText(place)) return 'text';
  return isNumber(place) ? 'number' : undefined;
}

function scalarForm(scalar: ScalarName, place: FieldType | undefined, { longs }: ProtoLoaderOptions): Form | undefined {
  const text = place !== undefined && isText(place);
  switch (scalar) {
    case 'bool':
      return !place || (place.kind === 'scalar' && place.form === 'boolean') ? 'boolean' : undefined;
    case 'string':
      if (!place || text) return 'text';
      if (place.kind === 'timestamp') return 'date';
      return place.kind === 'scalar' && place.form === 'day' ? 'day' : undefined;
    case 'bytes':
      if (!place || (place.kind === 'scalar' && place.form === 'bytes')) return 'bytes';
      return text ? 'base64' : undefined;
    case 'double':
    case 'float':
      return !place || isNumber(place) ? 'number' : undefined;
  }
  if (place) return isNumber(place) ? 'number' : integerForm(scalar, place);
  if (!scalar.endsWith('64')) return 'number';
  return longs === String ? 'text' : longs === BigInt ? 'bigint' : 'number';
}

function integerForm(scalar: ScalarName, place: FieldType): Form | undefined {
  if (place.kind === 'scalar' && place.form === 'bigint') return 'bigint';
  return isText(place) && scalar.endsWith('64') ? 'text' : undefined;
}

function isText(type: FieldType): boolean {
  return type.kind === 'scalar' && type.form === 'text';
}

function isNumber(type: FieldType): boolean {
  return type.kind === 'scalar' && type.form === 'number';
}

/** Whether a class leaves the type of a place open. */
export function isOpen({ type, label }: Place): boolean {
  return label === 'one' && type.kind === 'json' && type.json === 'Value';
}
