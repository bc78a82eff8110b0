import { grpcError } from '../codes.js';
import { converted } from './convert.js';
import type { FieldModel, MessageModel } from './message-model.js';
import { readCode } from './read-code.js';
import type { Bind, Codec } from './type-code.js';
import type { Reader } from './wire.js';
import { writeCode } from './write-code.js';

/** Which way a message goes: read-only fields stand in answers alone, write-only ones in requests alone. */
export type Way = 'request' | 'response';

/** The codecs of one way, each made once for its message. */
export class Codecs {
  readonly #codecs = new Map<MessageModel, MessageCodec>();

  constructor(readonly way: Way) {}

  of(message: MessageModel): MessageCodec {
    let codec = this.#codecs.get(message);
    if (!codec) this.#codecs.set(message, (codec = new MessageCodec(message, this)));
    return codec;
  }
}

/** Objects to bytes and back, by functions that are generated when they are first needed. */
export class MessageCodec implements Codec {
  write: Codec['write'] = (value, writer, depth) => {
    this.write = compile(['value', 'w', 'depth'], (bind) => writeCode(this.#fields(), this.#context(bind)));
    this.write(value, writer, depth);
  };

  read: Codec['read'] = (reader: Reader, end: number, depth: number) => {
    this.read = compile(['r', 'end', 'depth'], (bind) => readCode(this.#fields(), this.#context(bind)));
    return this.read(reader, end, depth);
  };

  constructor(
    readonly message: MessageModel,
    private readonly codecs: Codecs,
  ) {}

  #fields(): readonly FieldModel[] {
    return this.message.fields.filter(({ only }) => only === undefined || only === this.codecs.way);
  }

  #context(bind: Bind): {
    readonly bind: Bind;
    codec(message: MessageModel): Codec;
    guard(field: FieldModel): FieldGuard;
  } {
    return {
      bind,
      codec: (message) => this.codecs.of(message),
      guard: (field) => new FieldGuard(this.message, field, this.codecs.way),
    };
  }
}

/** What happens to a value that generated code does not write as it is. */
export class FieldGuard {
  constructor(
    private readonly message: MessageModel,
    private readonly field: FieldModel,
    private readonly way: Way,
  ) {}

  /** @throws ChassisError `ARGUMENT_UNSENDABLE`, `RESULT_UNSENDABLE` */
  readonly convert = (value: unknown): unknown => {
    const found = converted(this.field.type, value);
    return found === undefined ? this.refuse(value) : found;
  };

  readonly refuse = (value: unknown): never => {
    const { field, message, way } = this;
    const code = way === 'request' ? 'ARGUMENT_UNSENDABLE' : 'RESULT_UNSENDABLE';
    const expected = `${field.label === 'one' ? '' : `${field.label} of `}${labelOf(field)}`;
    throw grpcError(
      code,
      `${message.name}.${field.property} does not fit: expected ${expected}, got ${kindOf(value)}`,
      { details: { field: field.property, expected } },
    );
  };
}

function labelOf({ type }: FieldModel): string {
  switch (type.kind) {
    case 'scalar':
      return type.scalar;
    case 'message':
      return type.message.name;
    case 'enum':
      return type.enum.name;
    case 'json':
      return `JSON (google.protobuf.${type.json})`;
    case 'wrapper':
      return type.name;
    default:
      return type.kind;
  }
}

/** Never the value: it may be a secret. */
function kindOf(value: unknown): string {
  if (value === null || value === undefined) return value === null ? 'null' : 'nothing';
  if (typeof value !== 'object') return typeof value;
  return Array.isArray(value) ? 'list' : (value.constructor?.name ?? 'object');
}

function compile<F>(parameters: readonly string[], body: (bind: Bind) => string): F {
  const constants: unknown[] = [];
  const text = body((constant) => `c${constants.push(constant) - 1}`);
  const names = constants.map((_, index) => `c${index}`);
  // oxlint-disable-next-line no-implied-eval -- made of quoted names and our own words only
  const make = new Function(...names, `'use strict';\nreturn (${parameters.join(', ')}) => {\n${text}\n};`) as (
    ...constants: unknown[]
  ) => F;
  return make(...constants);
}
