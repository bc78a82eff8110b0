import type { Operation } from '@ts-chassis/core';
import type { Codecs } from '../binding/codec.js';
import { isJsonType, parseMediaType } from '../binding/media-type.js';

/** How the replies of one operation are written, decided once. */
export class ReplyPlan {
  readonly status: number;
  /** Media types it can write, without parameters; empty when it never writes a body, so that every `Accept` will do. */
  readonly produces: readonly string[];
  /** As it stands in the header, with its charset. */
  readonly contentType: string;
  readonly isJson: boolean;
  /** Bytes leave as they are: another media type than JSON, or nothing said about the result. Declared ones are text in JSON. */
  readonly sendsBytes: boolean;
  /** Fixed headers, names and values in turn. */
  readonly headers: readonly string[];
  /** Turns a value, or an item of a stream, into JSON; undefined for what JSON has no text for. */
  readonly serialize: (value: unknown) => string | undefined;

  /** @param codecs - what it can write beside JSON */
  constructor(
    operation: Operation,
    readonly codecs: Codecs = new Map(),
  ) {
    const { http, result } = operation;
    const produces = http?.produces ?? [];
    const { schema } = result;
    this.status = http?.status ?? 200;
    this.contentType = contentTypeOf(produces[0]);
    const types = produces.length > 0 ? produces.map((type) => parseMediaType(type).type) : ['application/json'];
    this.produces = result.empty ? [] : types;
    this.isJson = isJsonType(types[0]!);
    this.sendsBytes = !this.isJson || schema === undefined;
    this.headers = (http?.headers ?? []).flat();
    this.serialize = schema ? (value) => schema.serialize(value) : (value) => JSON.stringify(value);
  }

  /** The text of a value: JSON, or the value itself where the operation produces something else. */
  textOf(value: unknown): string | undefined {
    return this.isJson || (typeof value === 'object' && value !== null) ? this.serialize(value) : String(value);
  }
}

function contentTypeOf(type: string | undefined): string {
  if (type === undefined) return 'application/json';
  return type.startsWith('text/') && !type.includes(';') ? `${type}; charset=utf-8` : type;
}
