import { nativeTypeOf, type JsonSchema, type Operation, type Parameter, type ValueType } from '@ts-chassis/core';
import { grpcError } from '../codes.js';
import { EMPTY, type FieldModel, type MessageModel } from './message-model.js';
import { MessageNames, pascal } from './proto-names.js';
import { placeOf, type Surroundings } from './type-of-schema.js';

/** What a method sends and what it answers with. */
export interface Messages {
  readonly request: MessageModel;
  readonly response: MessageModel;
  /** The parameter whose value is the request itself, or one item of it. */
  readonly whole: Parameter | undefined;
  /** Whether the result stands in the response's field `value`. */
  readonly wrapped: boolean;
}

/** Makes messages of types; one for each service, so that a class is one message in all its methods. */
export class Derivation {
  /** In the order in which they were met. */
  readonly messages: MessageModel[] = [];
  readonly #known = new Map<string, MessageModel>();
  readonly #names: MessageNames;

  constructor(private readonly service: string) {
    this.#names = new MessageNames(pascal(service.slice(service.lastIndexOf('.') + 1)));
  }

  /** The messages of one operation. */
  derive(operation: Operation): Messages {
    const whole = wholeOf(operation, this.#isMessage);
    const request = whole ? this.#ofType(whole.schema, `${operation.name}-item`)! : this.#ofParameters(operation);
    return { request, whole, ...this.#ofResult(operation) };
  }

  #ofParameters(operation: Operation): MessageModel {
    const carried = messageParameters(operation);
    const [streamed] = carried.filter(({ stream }) => stream);
    if (streamed) return this.#wrapper(`${operation.name}-item`, 'value', streamed.schema);
    if (carried.length === 0) return EMPTY;
    const message = this.#start(`${operation.name}-request`, undefined);
    message.fields = this.#numbered(
      carried.map((parameter) => this.#ofParameter(parameter, message.name)),
      operation.id,
    );
    return message;
  }

  #ofParameter({ name, schema, optional, default: fallback, description }: Parameter, owner: string): Unnumbered {
    const { json, definitions } = schema;
    const sent = fallback === undefined ? json['default'] : undefined;
    return this.#field(name, {
      schema: json,
      required: !optional,
      around: this.#around(definitions, `${owner}-${name}`),
      notes: { default: sent, description: description ?? json['description'] },
    });
  }

  #ofResult({ name, result }: Operation): Pick<Messages, 'response' | 'wrapped'> {
    const { schema, empty = false } = result;
    if (empty) return { response: EMPTY, wrapped: false };
    const direct = schema && this.#ofType(schema, `${name}-response`);
    if (direct) return { response: direct, wrapped: false };
    const type = schema ?? { json: {}, definitions: new Map<string, JsonSchema>() };
    return { response: this.#wrapper(`${name}-response`, 'value', type), wrapped: true };
  }

  /** The message that a type is by itself. */
  #ofType({ json, definitions }: ValueType, inline: string): MessageModel | undefined {
    const place = placeOf(json, this.#around(definitions, inline));
    return place.type.kind === 'message' && place.label === 'one' && !place.nullable ? place.type.message : undefined;
  }

  readonly #isMessage = ({ json, definitions }: ValueType): boolean => {
    const probe = { ...this.#around(definitions, 'probe'), message: () => EMPTY };
    const { type, label, nullable } = placeOf(json, probe);
    return type.kind === 'message' && label === 'one' && !nullable;
  };

  #wrapper(name: string, property: string, type: Pick<ValueType, 'json' | 'definitions'>): MessageModel {
    const message = this.#start(name, undefined);
    const field = this.#field(property, {
      schema: type.json,
      required: Object.keys(type.json).length > 0,
      around: this.#around(type.definitions, `${name}-${property}`),
      notes: {},
    });
    message.fields = this.#numbered([field], name);
    return message;
  }

  #around(definitions: ReadonlyMap<string, JsonSchema>, inline: string): Surroundings {
    return { definitions, inline: pascal(inline), message: this.#message };
  }

  readonly #message = (schema: JsonSchema, name: string, around: Surroundings): MessageModel => {
    const print = fingerprint(schema, name, around.definitions);
    const known = this.#known.get(print);
    if (known) return known;
    const message = this.#start(name, schema['description'] as string | undefined);
    this.#known.set(print, message);
    const required = new Set(schema['required'] as readonly string[] | undefined);
    const properties = Object.entries(schema['properties'] as Readonly<Record<string, JsonSchema>>);
    const fields = properties.map(([property, value]) =>
      this.#field(property, {
        schema: value,
        required: required.has(property),
        around: { ...around, inline: pascal(`${name}-${property}`) },
        notes: value,
      }),
    );
    message.fields = this.#numbered(fields, name);
    return message;
  };

  #start(name: string, comment: string | undefined): MessageModel {
    const message: MessageModel = { name: this.#names.free(name), fields: [], ...(comment && { comment }) };
    this.messages.push(message);
    return message;
  }

  #field(property: string, { schema, required, around, notes }: Declared): Unnumbered {
    const { type, label, nullable } = placeOf(schema, around);
    const isSure = required && !nullable;
    const { default: fallback, description, readOnly, writeOnly } = notes;
    const comment = [description, hint(schema)].filter((text) => typeof text === 'string').join('\n');
    return {
      ...{ property, type, label },
      presence: label === 'one' && (type.kind === 'scalar' || type.kind === 'enum') && !isSure,
      absent: isSure ? 'zero' : required && label === 'one' ? 'null' : required ? 'zero' : 'nothing',
      required: isSure && fallback === undefined,
      ...(fallback !== undefined && { fallback }),
      ...(readOnly === true && { only: 'response' as const }),
      ...(writeOnly === true && { only: 'request' as const }),
      ...(comment && { comment }),
    };
  }

  #numbered(fields: readonly Unnumbered[], owner: string): FieldModel[] {
    const names = new MessageNames('');
    return fields.map((field, index) => {
      if (POLLUTING.has(field.property))
        throw grpcError('PROTO_INVALID', `${this.service}, ${owner}: no field can be named '${field.property}'`);
      return { ...field, name: names.field(field.property), number: numberAt(index) };
    });
  }
}

const POLLUTING: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

type Unnumbered = Omit<FieldModel, 'name' | 'number'>;

interface Declared {
  readonly schema: JsonSchema;
  readonly required: boolean;
  readonly around: Surroundings;
  readonly notes: { readonly [name: string]: unknown };
}

/** Parameters that travel in the message: neither headers and cookies nor what exists on the server only. */
export function messageParameters({ parameters }: Operation): readonly Parameter[] {
  return parameters.filter(({ place }) => !OUTSIDE.has(place));
}

const OUTSIDE: ReadonlySet<string> = new Set(['header', 'cookie', 'context', 'request', 'response', 'custom']);

/** The n-th number of a message; 19000 to 19999 are kept by protobuf for itself. */
export function numberAt(index: number): number {
  return index < 18_999 ? index + 1 : index + 1001;
}

/** A lone body is the message itself, as an item of a request stream is, when it is an object with declared fields. */
function wholeOf(operation: Operation, isMessage: (type: ValueType) => boolean): Parameter | undefined {
  const carried = messageParameters(operation);
  const streamed = carried.find(({ stream }) => stream);
  if (streamed && carried.length > 1) {
    const other = carried.find((parameter) => parameter !== streamed)!;
    throw grpcError(
      'PROTO_INVALID',
      `${operation.id}: '${streamed.name}' is a stream, each of whose items is a message, so '${other.name}' has no place; make it a header`,
    );
  }
  const [only] = carried;
  if (!only || carried.length > 1) return undefined;
  const mayBeWhole = only.stream !== undefined || (only.place === 'body' && !only.optional);
  return mayBeWhole && isMessage(only.schema) ? only : undefined;
}

/** Two classes of one name are one message only when all that they are made of is the same. */
export function fingerprint(schema: JsonSchema, name: string, definitions: ReadonlyMap<string, JsonSchema>): string {
  const reached = new Map<string, JsonSchema>();
  const text = (value: unknown): string =>
    JSON.stringify(value, (key: string, item: unknown) => {
      if (key === '$ref' && typeof item === 'string') reach(item.slice('#/$defs/'.length));
      if (typeof item !== 'object' || item === null) return item;
      const native = nativeTypeOf(item as JsonSchema);
      return native ? { ...item, native } : item;
    });
  const parts: string[] = [];
  const reach = (reference: string): void => {
    const target = definitions.get(reference);
    if (!target || reached.has(reference)) return;
    reached.set(reference, target);
    parts.push(`${reference} ${text(target)}`);
  };
  const own = text(schema);
  return `${name} ${own} ${parts.sort().join('\n')}`;
}

/** What protobuf cannot say of text. */
function hint(schema: JsonSchema): string | undefined {
  const values = schema['enum'] as readonly unknown[] | undefined;
  if (values) return `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`;
  const { format } = schema;
  return typeof format === 'string' && schema['type'] === 'string' && !nativeTypeOf(schema)
    ? `format: ${format}`
    : undefined;
}
