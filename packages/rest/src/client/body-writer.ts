import { ChassisError, isStream, type Operation, type Parameter } from '@ts-chassis/core';
import type { Readable } from 'node:stream';
import type { Codec, Codecs } from '../binding/codec.js';
import { LINE_TYPES } from '../binding/items/item-types.js';
import { FORM, MULTIPART } from '../binding/media-type.js';
import { FileUpload } from '../binding/multipart/file-upload.js';
import type { Part } from '../binding/multipart/part.js';
import { writeForm, writeParts, type FormEntry } from '../binding/multipart/write-multipart.js';
import { outgoingStream } from '../binding/outgoing-stream.js';
import { cannotSend, pairsText, textOf, type NamedPosition } from './text-of.js';

/** A body as it goes out. */
export interface WrittenBody {
  readonly contentType: string;
  readonly body: string | Uint8Array | Readable;
}

/** Writes the arguments of one operation that are its body, decided once. */
export interface BodyWriter {
  /** @returns undefined when all of it was left out */
  write(args: readonly unknown[]): WrittenBody | undefined;
}

/** How the body of an operation is written; undefined when it has none. */
export function bodyWriterOf(operation: Operation, codecs: Codecs): BodyWriter | undefined {
  const { parameters, http } = operation;
  const consumes = http?.consumes ?? [];
  const body = parameters.find(({ place }) => place === 'body');
  const fields = parameters.filter(({ place }) => place === 'form' || place === 'file');
  if (fields.length > 0) {
    const isMultipart = fields.some(({ place }) => place === 'file') || isOnlyMultipart(consumes);
    return new FormWriter(fields, isMultipart);
  }
  if (!body) return undefined;
  const type = consumes.find((each) => !each.includes('*'));
  if (body.stream) return new StreamWriter(operation, body, type);
  return new ValueWriter({ operation, body, type: type ?? 'application/json', codec: codecs.get(type ?? '') });
}

function isOnlyMultipart(consumes: readonly string[]): boolean {
  return consumes.includes(MULTIPART) && !consumes.includes(FORM);
}

/** The parameters of a form, as pairs or, with files, as parts. */
class FormWriter implements BodyWriter {
  constructor(
    private readonly fields: readonly Parameter[],
    private readonly isMultipart: boolean,
  ) {}

  write(args: readonly unknown[]): WrittenBody {
    return formOf(this.fields, args, this.isMultipart);
  }
}

function formOf(names: readonly NamedPosition[], values: readonly unknown[], isMultipart: boolean): WrittenBody {
  if (!isMultipart) return { contentType: FORM, body: pairsText(names, values) };
  const entries = names.flatMap(({ name, index }) => {
    const value = values[index];
    const list = Array.isArray(value) ? (value as unknown[]) : [value];
    return list.filter((item) => item !== undefined).map((item) => entryOf(name, item));
  });
  return writeForm(entries);
}

function entryOf(name: string, value: unknown): FormEntry {
  if (value instanceof Uint8Array) throw cannotSend(`the file "${name}" is made by fileOf(bytes, { filename, type })`);
  return [name, value instanceof FileUpload ? value : textOf(value)!];
}

interface ValueOptions {
  readonly operation: Operation;
  readonly body: Parameter;
  readonly type: string;
  readonly codec: Codec | undefined;
}

/** One value in the media type that the operation consumes. */
class ValueWriter implements BodyWriter {
  constructor(private readonly options: ValueOptions) {}

  write(args: readonly unknown[]): WrittenBody | undefined {
    const { operation, body, type, codec } = this.options;
    const value = args[body.index];
    if (value === undefined) return undefined;
    if (value instanceof Uint8Array && !type.endsWith('json')) return { contentType: type, body: value };
    if (codec) return { contentType: type, body: codec.encode(JSON.parse(jsonText(body, value, operation))) };
    if (type === FORM || type === MULTIPART) return this.#form(value);
    if (typeof value === 'string' && !type.endsWith('json')) return { contentType: type, body: value };
    if (value instanceof Uint8Array) return { contentType: type, body: value };
    return { contentType: type, body: jsonText(body, value, operation) };
  }

  #form(value: unknown): WrittenBody {
    const { operation, body, type } = this.options;
    const fields: unknown = JSON.parse(jsonText(body, value, operation));
    if (typeof fields !== 'object' || fields === null)
      throw cannotSend(`${operation.id}: the body is no form: ${typeof fields}`);
    const entries = Object.entries(fields).filter(([, each]) => each !== null);
    const names = entries.map(([name], index) => ({ name, index }));
    return formOf(
      names,
      entries.map(([, each]) => each as unknown),
      type === MULTIPART,
    );
  }
}

/** A stream of bytes, of parts or of items, each of which goes out when the connection takes it. */
class StreamWriter implements BodyWriter {
  constructor(
    private readonly operation: Operation,
    private readonly body: Parameter,
    private readonly type: string | undefined,
  ) {}

  write(args: readonly unknown[]): WrittenBody | undefined {
    const value = args[this.body.index];
    if (value === undefined) return undefined;
    if (this.body.stream === 'bytes') return this.#bytes(value);
    if (!isStream(value) && !Array.isArray(value)) {
      throw cannotSend(`${this.operation.id}: expected an AsyncIterable as its body, got ${typeof value}`);
    }
    if (this.body.stream === 'parts') return writeParts(value as AsyncIterable<Part>);
    const isArray = this.type === 'application/json';
    const contentType = this.type ?? LINE_TYPES[0]!;
    return { contentType, body: outgoingStream(this.#items(value as AsyncIterable<unknown>, isArray)) };
  }

  #bytes(value: unknown): WrittenBody {
    const contentType = this.type ?? 'application/octet-stream';
    if (typeof value === 'string' || value instanceof Uint8Array) return { contentType, body: value };
    if (isStream(value)) return { contentType, body: outgoingStream(value as AsyncIterable<Uint8Array>) };
    throw cannotSend(`${this.operation.id}: expected a stream of bytes as its body, got ${typeof value}`);
  }

  async *#items(items: AsyncIterable<unknown>, isArray: boolean): AsyncIterable<string> {
    let before = isArray ? '[' : '';
    for await (const item of items) {
      yield `${before}${jsonText(this.body, item, this.operation)}\n`;
      if (isArray) before = ',';
    }
    if (isArray) yield before === '[' ? '[]' : ']';
  }
}

/**
 * Only declared fields leave. A value that does not fit its type is sent as it is, since the callee names all that is wrong with it; where that
 * is no JSON either, what does not fit is told here.
 */
function jsonText(parameter: Parameter, value: unknown, operation: Operation): string {
  try {
    return parameter.schema.serialize(value);
  } catch (misfit) {
    try {
      return JSON.stringify(value);
    } catch (error) {
      if (ChassisError.is(misfit)) throw cannotSend(misfit.message);
      throw cannotSend(`${operation.id}: the body is no JSON: ${(error as Error).message}`);
    }
  }
}
