import type { Operation } from '@ts-chassis/core';
import type { Codecs } from '../binding/codec.js';
import { versionVary } from '../versioning/version-headers.js';
import { ETagKey } from '../decorators/etag.js';
import { PLAIN_ANSWERS, type AnswerSettings } from './answer-settings.js';
import { CodingChoice } from './coding.js';
import { negotiate } from './negotiate.js';
import { representationOf, type Representation } from './representation.js';

const JSON_TYPE = 'application/json';

/** What a stream is offered as, the form without `Accept` first. */
const STREAM_TYPES = [JSON_TYPE, 'application/x-ndjson', 'application/jsonl', 'text/event-stream'];

/** How the replies of one operation are written, decided once. */
export class ReplyPlan {
  readonly status: number;
  /** The form of answers to requests that ask for none. */
  readonly main: Representation;
  /** Media types it can write, without parameters; empty when it never writes a body, so that every `Accept` will do. */
  readonly produces: readonly string[];
  /** Fixed headers, names and values in turn. */
  readonly headers: readonly string[];
  /** Headers of requests that the form of an answer follows from. */
  readonly vary: readonly string[];
  readonly answers: AnswerSettings;
  /** Undefined where nothing is compressed. */
  readonly codings: CodingChoice | undefined;
  /** Whether bodies get an `ETag`. */
  readonly etag: boolean;
  /** Whether every body is looked at again before it leaves: for its tag, its coding, or what the fixed headers promise. */
  readonly isFinished: boolean;
  /** Whether the result is described, so that bytes have a text in JSON. */
  readonly isDescribed: boolean;
  /** Turns a value, or an item of a stream, into JSON; undefined for what JSON has no text for. */
  readonly serialize: (value: unknown) => string | undefined;
  /** Whether it only ever gives events, which end when the client goes. */
  readonly isOpenEnded: boolean;
  readonly #forms: readonly Representation[];
  /** Clients say the same again and again. */
  #lastAccept = '';
  #lastForm: Representation | undefined;

  /** @param codecs - what it can write beside JSON */
  constructor(operation: Operation, codecs: Codecs = new Map(), answers: AnswerSettings = PLAIN_ANSWERS) {
    const { http, result } = operation;
    const { schema } = result;
    this.#forms = typesOf(operation, codecs).map((type) => representationOf(type, codecs));
    this.main = this.#lastForm = this.#forms[0]!;
    this.produces = result.empty ? [] : this.#forms.map(({ type }) => type);
    this.status = http?.status ?? 200;
    this.headers = (http?.headers ?? []).flat();
    this.answers = answers;
    this.codings = answers.compression && new CodingChoice();
    this.etag = operation.read(ETagKey) ?? operation.schema.read(ETagKey) ?? answers.etag;
    this.vary = [...versionVary(http?.version), ...this.#varies(answers)];
    this.isFinished = this.headers.length > 0 || this.etag || answers.compression !== undefined;
    this.isOpenEnded = this.#forms.every(({ framing }) => framing === 'events');
    this.isDescribed = schema !== undefined;
    this.serialize = schema ? (value) => schema.serialize(value) : (value) => JSON.stringify(value);
  }

  /** The form for an `Accept` header; undefined when it leaves out all. */
  choose(accept: string): Representation | undefined {
    if (this.produces.length === 0) return this.main;
    if (accept === this.#lastAccept) return this.#lastForm;
    const form = this.#forms[negotiate(accept, this.produces)];
    this.#lastAccept = accept;
    this.#lastForm = form;
    return form;
  }

  /** Whether bytes leave as they are in a form: no JSON, or nothing said about the result. Declared ones are text in JSON. */
  sendsBytes(form: Representation): boolean {
    return !form.isStructured || !this.isDescribed;
  }

  /** What a value is in a form; undefined for what JSON has no text for. */
  bodyOf(value: unknown, form: Representation): string | Uint8Array | undefined {
    if (!form.isStructured && (typeof value !== 'object' || value === null)) return String(value);
    const text = this.serialize(value);
    // Only what the serializer lets out reaches a codec.
    return text === undefined || form.codec === undefined ? text : form.codec.encode(JSON.parse(text));
  }

  #varies({ compression }: AnswerSettings): readonly string[] {
    const isCoded = compression !== undefined && this.#forms.some((form) => form.isCompressible);
    return [...(this.produces.length > 1 ? ['Accept'] : []), ...(isCoded ? ['Accept-Encoding'] : [])];
  }
}

/** What the operation lists, else JSON in all the forms there are: the codecs for a value, line by line or as events for a stream. */
function typesOf({ http, result }: Operation, codecs: Codecs): readonly string[] {
  const produces = http?.produces ?? [];
  if (produces.length > 0) return produces;
  return result.stream ? STREAM_TYPES : [JSON_TYPE, ...codecs.keys()];
}
