import type { Operation, Parameter } from '@ts-chassis/core';
import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { restError } from '../codes.js';
import { BodyReading } from './body-reading.js';
import { refuseUnsafe } from './checked-value.js';
import type { Codec, Codecs } from './codec.js';
import { FormObject } from './form-object.js';
import { ByteStreamPlan, ItemStreamPlan } from './items/item-stream-plan.js';
import { LINE_TYPES } from './items/item-types.js';
import { parseJsonText } from './json-text.js';
import { coversType, isJsonType, parseMediaType } from './media-type.js';
import { FileRules } from './multipart/file-rules.js';
import { OpenMultipart, pairsOf, type MultipartSetting } from './multipart/multipart-form.js';
import { PartStreamPlan } from './multipart/part-stream.js';
import { uploadLimits, type UploadLimits } from './multipart/upload-limits.js';
import type { BodyPlan, IncomingBody, OpenBody } from './open-body.js';
import { parsePairs, type Pairs } from './query.js';

/** Turns the bytes of a body into what the parameters read from. */
export type BodyDecoder = (bytes: Buffer) => unknown;

const JSON_TYPES = ['application/json', 'application/*'];
const FORM = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data';

/** What bodies are read with, beside what their operation says. */
export interface BodySettings {
  readonly codecs?: Codecs;
  readonly uploads?: UploadLimits;
}

/** Which bodies an operation reads; undefined when it reads none. */
export function bodyPlanOf(
  operation: Operation,
  { codecs = new Map(), uploads }: BodySettings = {},
): BodyPlan | undefined {
  const places = new Set(operation.parameters.map((parameter) => parameter.place));
  const declared = (operation.http?.consumes ?? []).map((type) => parseMediaType(type).type);
  const limits = uploads ?? uploadLimits();
  const body = operation.parameters.find(({ place }) => place === 'body');
  if (body?.stream) return streamPlanOf(body, { operation, declared, limits });
  const fallback = places.has('file') ? [MULTIPART] : places.has('form') ? [FORM] : [];
  if (!body && fallback.length === 0) return undefined;
  const consumes = declared.length > 0 ? declared : fallback;
  return new WholeBodyPlan({
    types: new ReadTypes(operation.id, consumes, codecs),
    codecs,
    form: body && consumes.some(isForm) ? new FormObject(body.schema) : undefined,
    multipart: consumes.some(isMultipart) ? { rules: new FileRules(operation, limits), limits } : undefined,
  });
}

interface StreamSetting {
  readonly operation: Operation;
  readonly declared: readonly string[];
  readonly limits: UploadLimits;
}

function streamPlanOf({ stream, maxBytes }: Parameter, { operation, declared, limits }: StreamSetting): BodyPlan {
  const typesOr = (fallback: readonly string[]): ((incoming: IncomingBody) => string) => {
    const types = new ReadTypes(operation.id, declared.length > 0 ? declared : fallback, new Map());
    return ({ request }) => types.typeOf(request.headers);
  };
  if (stream === 'parts') {
    return new PartStreamPlan({ typeOf: typesOr([MULTIPART]), limits, maxBytes: maxBytes ?? limits.maxBytes });
  }
  if (stream === 'bytes') return new ByteStreamPlan(typesOr(['application/octet-stream']), maxBytes ?? Infinity);
  return new ItemStreamPlan(typesOr(['application/json', ...LINE_TYPES]), maxBytes ?? Infinity);
}

/** The media types that an operation reads. */
class ReadTypes {
  constructor(
    private readonly operationId: string,
    /** Empty for JSON of any name, and those of codecs. */
    private readonly consumes: readonly string[],
    private readonly codecs: Codecs,
  ) {}

  /** Whether JSON under its plain name, as nearly every body has it, needs no second look. */
  get isPlainJson(): boolean {
    return this.consumes.length === 0;
  }

  /**
   * The media type of a body. One without a media type counts as the first that is read.
   *
   * @throws ChassisError `UNSUPPORTED_MEDIA_TYPE`
   */
  typeOf(headers: IncomingHttpHeaders): string {
    const header = headers['content-type'];
    if (header === undefined) return this.consumes[0] ?? 'application/json';
    const { type, charset } = parseMediaType(header);
    if (!this.#reads(type)) throw this.#unsupported(type || 'an empty media type');
    if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8' && charset !== 'us-ascii') {
      throw this.#unsupported(`charset ${charset}`);
    }
    return type;
  }

  #reads(type: string): boolean {
    if (this.consumes.length > 0) return coversType(this.consumes, type);
    return (isJsonType(type) && coversType(JSON_TYPES, type)) || this.codecs.has(type);
  }

  #unsupported(got: string): Error {
    const consumes = this.consumes.length === 0 ? ['application/json', ...this.codecs.keys()] : this.consumes;
    const isText = consumes.some((type) => isJsonType(type) || isForm(type));
    return restError(
      'UNSUPPORTED_MEDIA_TYPE',
      `${this.operationId}: expected ${consumes.join(' or ')}${isText ? ' in UTF-8' : ''}, got ${got.slice(0, 100)}`,
      { details: { consumes } },
    );
  }
}

interface WholeBodyOptions {
  readonly types: ReadTypes;
  readonly codecs: Codecs;
  /** For a body that may come as a form. */
  readonly form: FormObject | undefined;
  readonly multipart: MultipartSetting | undefined;
}

/** A body that is there as a whole before the method runs. */
class WholeBodyPlan implements BodyPlan {
  readonly replayable = true;

  constructor(private readonly options: WholeBodyOptions) {}

  open(incoming: IncomingBody): OpenBody {
    const { types, form, multipart } = this.options;
    const { headers } = incoming.request;
    if (types.isPlainJson && headers['content-type'] === 'application/json')
      return BodyReading.of(incoming, decodeJson);
    const type = types.typeOf(headers);
    if (multipart && isMultipart(type)) {
      const open = new OpenMultipart(incoming, multipart);
      return form ? new ObjectBody(open, form) : open;
    }
    return BodyReading.of(incoming, this.#decoderFor(type));
  }

  #decoderFor(type: string): BodyDecoder {
    const { codecs, form } = this.options;
    if (isJsonType(type)) return decodeJson;
    const codec = codecs.get(type);
    if (codec) return (bytes) => decodeBy(codec, bytes);
    if (type === FORM) return form ? (bytes) => form.of(decodeForm(bytes)) : decodeForm;
    return isText(type) ? decodeText : decodeBytes;
  }
}

/** A multipart form that is one object to the method. */
class ObjectBody implements OpenBody {
  readonly arrived: unknown;

  constructor(
    private readonly open: OpenBody,
    private readonly form: FormObject,
  ) {
    this.arrived = open.arrived;
  }

  value(arrived: unknown): unknown {
    return this.form.of(pairsOf(arrived));
  }

  fail(error: Error): void {
    this.open.fail(error);
  }

  close(): Promise<void> | undefined {
    return this.open.close();
  }
}

function isMultipart(type: string): boolean {
  return type === MULTIPART;
}

function isForm(type: string): boolean {
  return type === FORM || type === MULTIPART;
}

function isText(type: string): boolean {
  return type.startsWith('text/') || type.endsWith('+xml') || type === 'application/xml';
}

/** An empty body is no value at all, so that a body that is optional may be left out. */
function decodeJson(bytes: Buffer): unknown {
  return bytes.length === 0 ? undefined : parseJsonText(decodeText(bytes));
}

function decodeForm(bytes: Buffer): Pairs {
  return parsePairs(decodeText(bytes), 'body');
}

function decodeText(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw restError('BODY_MALFORMED', 'the body is not valid UTF-8');
  return bytes.toString('utf8');
}

function decodeBytes(bytes: Buffer): Buffer {
  return bytes;
}

function decodeBy(codec: Codec, bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  let value: unknown;
  try {
    value = codec.decode(bytes);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw restError('BODY_MALFORMED', `the body is no ${codec.types[0]}: ${why.slice(0, 100)}`);
  }
  refuseUnsafe(value);
  return value;
}
