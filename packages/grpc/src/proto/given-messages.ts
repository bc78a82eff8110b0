import type { JsonSchema, Operation, Parameter, ValueType } from '@ts-chassis/core';
import type { Field, Type } from 'protobufjs';
import { grpcError } from '../codes.js';
import { fingerprint, messageParameters, type Messages } from './derive-message.js';
import type { GivenFile, GivenService } from './given-files.js';
import { givenType, isOpen } from './given-types.js';
import { EMPTY, type FieldModel, type FieldType, type MessageModel, type ScalarName } from './message-model.js';
import { camelCase } from './proto-names.js';
import { placeOf, type Place, type Surroundings } from './type-of-schema.js';

/** What a class declares of a message: its fields by name, or nothing, when it leaves them open. */
interface Declared {
  readonly fields: ReadonlyMap<string, DeclaredField> | undefined;
  /** For messages: `Book`, `the arguments`. */
  readonly label: string;
}

interface DeclaredField {
  readonly schema: JsonSchema;
  readonly required: boolean;
  readonly around: Surroundings;
  readonly fallback: unknown;
  readonly only: FieldModel['only'];
}

const EMPTY_NAME = '.google.protobuf.Empty';

/** Matches operations with the methods of a given service, and their classes with its messages. */
export class GivenMatching {
  readonly #known = new Map<string, MessageModel>();
  readonly #file: GivenFile;

  constructor(private readonly given: GivenService) {
    this.#file = given.from;
  }

  /** @throws ChassisError `PROTO_INVALID` that names the operation, the file, the message and the field */
  match(operation: Operation): Messages {
    const { method: name } = operation.rpc!;
    const { service } = this.given;
    const method = service.methods[name];
    if (!method) {
      const known = Object.keys(service.methods).join(', ');
      throw this.#refusal(
        operation,
        `the service ${service.fullName.slice(1)} has no method '${name}' (it has: ${known})`,
      );
    }
    const streamed = messageParameters(operation).find(({ stream }) => stream);
    this.#sameStream(operation, { what: 'request', given: method.requestStream, declared: streamed !== undefined });
    this.#sameStream(operation, { what: 'response', given: method.responseStream, declared: operation.result.stream });
    const request = method.resolvedRequestType!;
    const response = method.resolvedResponseType!;
    return { ...this.#request(operation, request), ...this.#response(operation, response) };
  }

  #sameStream(
    operation: Operation,
    {
      what,
      given,
      declared,
    }: { readonly what: string; readonly given: boolean | undefined; readonly declared: boolean },
  ): void {
    if ((given ?? false) === declared) return;
    const [there, here] = given ? ['a stream', 'one message'] : ['one message', 'a stream'];
    throw this.#refusal(
      operation,
      `the ${what} of '${operation.rpc!.method}' is ${there} there, and ${here} in the class`,
    );
  }

  #request(operation: Operation, type: Type): Pick<Messages, 'request' | 'whole'> {
    const carried = messageParameters(operation);
    const [only] = carried;
    if (carried.length === 0 && type.fullName === EMPTY_NAME) return { request: EMPTY, whole: undefined };
    const isWhole = only !== undefined && carried.length === 1 && mayBeWhole(only, type, this.#property(only.name));
    const object = isWhole ? this.#declared(only.schema) : undefined;
    if (object) return { request: this.#message(operation, type, object), whole: only };
    const fields = new Map(carried.map((parameter) => [parameter.name, parameterField(parameter)] as const));
    return { request: this.#message(operation, type, { fields, label: 'the parameters' }), whole: undefined };
  }

  #response(operation: Operation, type: Type): Pick<Messages, 'response' | 'wrapped'> {
    const { schema, empty } = operation.result;
    if (empty) return { response: EMPTY, wrapped: false };
    const object = schema ? this.#declared(schema) : { fields: undefined, label: 'the result' };
    if (object) return { response: this.#message(operation, type, object), wrapped: false };
    const [only] = type.fieldsArray;
    const value = type.fields['value'] ?? (type.fieldsArray.length === 1 ? only : undefined);
    if (!value) {
      const text = `the message ${type.fullName.slice(1)} has several fields, and the result is no object`;
      throw this.#refusal(operation, text);
    }
    const { json, definitions } = schema!;
    const field = {
      schema: json,
      required: true,
      around: surroundings(definitions),
      fallback: undefined,
      only: undefined,
    };
    return {
      response: { name: type.fullName.slice(1), fields: [this.#field(operation, value, ['value', field])] },
      wrapped: true,
    };
  }

  /** The fields of a type that is an object or open; undefined for others. */
  #declared({ json, definitions, name }: ValueType): Declared | undefined {
    return this.#object(json, surroundings(definitions), name);
  }

  #object(json: JsonSchema, around: Surroundings, name: string | undefined): Declared | undefined {
    let found: Declared | undefined;
    const message: Surroundings['message'] = (schema, own, inner) => {
      found = { label: name ?? own, fields: fieldsOf(schema, inner) };
      return EMPTY;
    };
    const place = placeOf(json, { ...around, message });
    if (place.label !== 'one') return undefined;
    return isOpen(place) || place.type.kind === 'json' ? { fields: undefined, label: 'an open type' } : found;
  }

  #message(operation: Operation, type: Type, declared: Declared): MessageModel {
    const key = `${type.fullName} ${printOf(declared)}`;
    const known = this.#known.get(key);
    if (known) return known;
    const message: MessageModel = { name: type.fullName.slice(1), fields: [] };
    this.#known.set(key, message);
    const properties = new Map(type.fieldsArray.map((field) => [this.#property(field.name), field] as const));
    if (!declared.fields) {
      message.fields = [...properties].map(([property, field]) => this.#field(operation, field, [property, undefined]));
      return message;
    }
    message.fields = [...declared.fields].flatMap(([property, said]) => {
      const field = properties.get(property) ?? type.fields[property];
      if (field) return [this.#field(operation, field, [property, said])];
      if (this.#isOneof(type, property)) return [];
      const there = [...properties.keys()].join(', ') || 'none';
      throw this.#refusal(
        operation,
        `${declared.label} has '${property}', the message ${type.fullName.slice(1)} has no such field (it has: ${there})`,
      );
    });
    return message;
  }

  #isOneof(type: Type, property: string): boolean {
    const names = type.oneofsArray.map(({ name }) => this.#property(name));
    return (this.#file.loader.oneofs ?? false) && names.includes(property);
  }

  #property(name: string): string {
    return this.#file.loader.keepCase ? name : camelCase(name);
  }

  #field(
    operation: Operation,
    field: Field,
    [property, said]: readonly [string, DeclaredField | undefined],
  ): FieldModel {
    field.resolve();
    const place = said && placeOf(said.schema, said.around);
    const type = this.#type(operation, field, { property, said, place });
    const label = field.map ? 'map' : field.repeated ? 'list' : 'one';
    const presence = hasPresence(field);
    const { defaults = true, oneofs = false } = this.#file.loader;
    const isSure = said !== undefined && said.required && !(place?.nullable ?? false);
    const isZero = label !== 'one' || !presence;
    const oneof = field.partOf && !field.partOf.isProto3Optional ? this.#property(field.partOf.name) : undefined;
    return {
      ...{ property, name: field.name, number: field.id, type, label, presence },
      ...(field.map && { keys: (field as unknown as { readonly keyType: ScalarName }).keyType }),
      absent: isZero && (defaults || isSure) ? 'zero' : place?.nullable && said?.required ? 'null' : 'nothing',
      required: isSure && said?.fallback === undefined,
      ...(said?.fallback !== undefined && { fallback: said.fallback }),
      ...(said?.only && { only: said.only }),
      ...(field.repeated && !field.packed && { unpacked: true }),
      ...(oneof !== undefined && oneofs && { oneof }),
    };
  }

  #type(operation: Operation, field: Field, { property, said, place }: Met): FieldType {
    const refuse = (expected: string): never => {
      const owner = field.parent!.fullName.slice(1);
      throw this.#refusal(
        operation,
        `'${property}' is ${said ? describe(place!) : 'open'} in the class, and ${expected} in ${owner}`,
      );
    };
    const isJson = /^\.google\.protobuf\.(Value|Struct|ListValue)$/.test(field.resolvedType?.fullName ?? '');
    const label = field.map ? 'map' : field.repeated ? 'list' : 'one';
    if (place && !isOpen(place) && place.label !== label && !isJson) refuse(givenLabel(field));
    const form = place && !isOpen(place) && !(place.type.kind === 'json' && label !== 'one') ? place.type : undefined;
    const given = givenType(field, form, this.#file.loader);
    if (!given) return refuse(givenLabel(field));
    if ('type' in given) return given.type;
    if (!said || !form)
      return { kind: 'message', message: this.#message(operation, given.message, { fields: undefined, label: '' }) };
    const declared = this.#object(itemSchema(said, place!), said.around, undefined);
    if (!declared) return refuse(givenLabel(field));
    return { kind: 'message', message: this.#message(operation, given.message, declared) };
  }

  #refusal(operation: Operation, text: string): Error {
    return grpcError('PROTO_INVALID', `${operation.id} does not fit ${this.#file.file}: ${text}`);
  }
}

interface Met {
  readonly property: string;
  readonly said: DeclaredField | undefined;
  readonly place: Place | undefined;
}

/** A stream, a body, or an argument that is no field of the message but stands for it. */
function mayBeWhole({ stream, place, name }: Parameter, type: Type, property: string): boolean {
  if (stream !== undefined || place === 'body') return true;
  return place === 'argument' && type.fields[name] === undefined && type.fields[property] === undefined;
}

function surroundings(definitions: ReadonlyMap<string, JsonSchema>): Surroundings {
  return { definitions, inline: 'an object', message: () => EMPTY };
}

function parameterField({ schema: { json, definitions }, optional, default: fallback }: Parameter): DeclaredField {
  const around = surroundings(definitions);
  return { schema: json, required: !optional, around, fallback: fallback ?? json['default'], only: undefined };
}

function fieldsOf(schema: JsonSchema, around: Surroundings): ReadonlyMap<string, DeclaredField> {
  const required = new Set(schema['required'] as readonly string[] | undefined);
  const properties = Object.entries(schema['properties'] as Readonly<Record<string, JsonSchema>>);
  return new Map(
    properties.map(([name, value]) => [
      name,
      {
        ...{ schema: value, required: required.has(name), around, fallback: value['default'] },
        only: value['readOnly'] === true ? 'response' : value['writeOnly'] === true ? 'request' : undefined,
      },
    ]),
  );
}

/** The schema of one value of a list or a map. */
function itemSchema({ schema, around }: DeclaredField, { label }: Place): JsonSchema {
  if (label === 'one') return schema;
  const reference = schema['$ref'];
  const target =
    typeof reference === 'string' ? (around.definitions.get(reference.slice('#/$defs/'.length)) ?? schema) : schema;
  return (label === 'list' ? target['items'] : target['additionalProperties']) as JsonSchema;
}

function printOf({ fields, label }: Declared): string {
  if (!fields) return '*';
  const parts = [...fields].map(
    ([name, { schema, required, around }]) => `${name} ${required} ${fingerprint(schema, label, around.definitions)}`,
  );
  return parts.join('\n');
}

function describe({ type, label }: Place): string {
  const name =
    type.kind === 'scalar'
      ? type.form === 'text'
        ? 'text'
        : type.form
      : type.kind === 'message'
        ? 'an object'
        : type.kind;
  return label === 'one' ? name : `a ${label} of ${name}`;
}

function givenLabel(field: Field): string {
  const { type, map, repeated } = field;
  return map ? `a map of ${type}` : repeated ? `repeated ${type}` : type;
}

/** Whether what is absent differs from zero. */
function hasPresence(field: Field): boolean {
  const { hasPresence: isExplicit } = field as unknown as { readonly hasPresence: boolean };
  return isExplicit || field.partOf !== null || (field.resolvedType !== null && 'fields' in field.resolvedType);
}
