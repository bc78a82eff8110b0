import type { Operation } from '@ts-chassis/core';
import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { restError } from '../codes.js';
import type { Codecs } from './codec.js';
import { parseJsonText } from './json-text.js';
import { coversType, isJsonType, parseMediaType } from './media-type.js';
import { parsePairs } from './query.js';

/** Turns the bytes of a body into what the parameters read from. */
export type BodyDecoder = (bytes: Buffer) => unknown;

const JSON_TYPES = ['application/json', 'application/*'];
const FORM = 'application/x-www-form-urlencoded';

/** Which bodies an operation reads; undefined when it reads none. */
export function bodyPlanOf(operation: Operation, codecs: Codecs = new Map()): BodyPlan | undefined {
  const places = new Set(operation.parameters.map((parameter) => parameter.place));
  if (places.has('form')) return new BodyPlan({ operationId: operation.id, consumes: [FORM], form: true, codecs });
  if (!places.has('body')) return undefined;
  const consumes = (operation.http?.consumes ?? []).map((type) => parseMediaType(type).type);
  return new BodyPlan({ operationId: operation.id, consumes, form: false, codecs });
}

interface BodyPlanOptions {
  readonly operationId: string;
  /** Media types read; empty for JSON of any name, and those of codecs. */
  readonly consumes: readonly string[];
  readonly form: boolean;
  readonly codecs: Codecs;
}

/** What one operation reads as its body, decided once. */
export class BodyPlan {
  constructor(private readonly options: BodyPlanOptions) {}

  /**
   * How the body of a request is decoded, by its headers. A body without a media type counts as the first that is read.
   *
   * @throws ChassisError `UNSUPPORTED_MEDIA_TYPE`
   */
  decoderFor(headers: IncomingHttpHeaders): BodyDecoder {
    const header = headers['content-type'];
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') throw this.#unsupported(`content-encoding ${encoding}`);
    if (header === 'application/json' && this.options.consumes.length === 0) return decodeJson;
    if (header === undefined) return decoderOf(this.options.consumes[0] ?? 'application/json');
    const { type, charset } = parseMediaType(header);
    if (!this.#reads(type)) throw this.#unsupported(type || 'an empty media type');
    if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8' && charset !== 'us-ascii') {
      throw this.#unsupported(`charset ${charset}`);
    }
    return decoderOf(type);
  }

  #reads(type: string): boolean {
    return this.options.consumes.length === 0
      ? isJsonType(type) && coversType(JSON_TYPES, type)
      : coversType(this.options.consumes, type);
  }

  #unsupported(got: string): Error {
    const consumes = this.options.consumes.length === 0 ? ['application/json'] : this.options.consumes;
    return restError(
      'UNSUPPORTED_MEDIA_TYPE',
      `${this.options.operationId}: expected ${consumes.join(' or ')}${this.options.form || consumes.some(isJsonType) ? ' in UTF-8' : ''}, got ${got.slice(0, 100)}`,
      { details: { consumes } },
    );
  }
}

function decoderOf(type: string): BodyDecoder {
  if (isJsonType(type)) return decodeJson;
  if (type === FORM) return decodeForm;
  return type.startsWith('text/') || type.endsWith('+xml') || type === 'application/xml'
    ? decodeText
    : (bytes) => bytes;
}

/** An empty body is no value at all, so that a body that is optional may be left out. */
function decodeJson(bytes: Buffer): unknown {
  return bytes.length === 0 ? undefined : parseJsonText(decodeText(bytes));
}

function decodeForm(bytes: Buffer): unknown {
  return parsePairs(decodeText(bytes), 'body');
}

function decodeText(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw restError('BODY_MALFORMED', 'the body is not valid UTF-8');
  return bytes.toString('utf8');
}
