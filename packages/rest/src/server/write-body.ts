import type { Reply } from '@ts-chassis/core';
import { byteRangeOf, type ByteRange } from '../replies/byte-range.js';
import { codedTag, entityTagOf } from '../replies/entity-tag.js';
import { compress, type Coding } from './coding.js';
import { isCompressible } from './compressible.js';
import type { Exchange } from './exchange.js';
import {
  isForbidden,
  isRangeCurrent,
  isUnchanged,
  timeOf,
  type HeaderReader,
  type Validators,
} from '../replies/preconditions.js';
import { preconditionFailed, unsatisfiable } from './refused-condition.js';
import { headerOf, writeHead } from './write-head.js';

/** A body that is there as a whole. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
}

/**
 * Writes a whole body with all that may be asked of it: conditions, a part of it, a coding.
 *
 * @returns what resolves when a compressed body is out
 * @throws ChassisError `PRECONDITION_FAILED` or `RANGE_NOT_SATISFIABLE`
 */
export function writeBody(exchange: Exchange, reply: Reply, answer: Answer): Promise<void> | undefined {
  return new BodyWriting(exchange, reply, answer).run();
}

/**
 * Whether a reply to `GET` or `HEAD` is what the client has already; then it is answered with 304.
 *
 * @throws ChassisError `PRECONDITION_FAILED` when the client wants another state only
 */
export function writeUnchanged(exchange: Exchange, reply: Reply, validators: Validators): boolean {
  // What is not known forbids nothing.
  if (validators.etag === undefined && validators.lastModifiedMs === undefined) return false;
  const header = requestHeader(exchange);
  if (isForbidden(header, validators)) throw preconditionFailed(exchange);
  if (!isUnchanged(header, validators)) return false;
  const more = validators.etag === undefined ? {} : { more: ['etag', validators.etag] };
  writeHead(exchange, reply, { status: 304, isBare: true, ...more });
  exchange.response.end();
  return true;
}

/** What a reply's headers say of the state it shows. */
export function validatorsOf(exchange: Exchange, reply: Reply): Validators {
  return {
    etag: headerOf(exchange, reply, 'etag'),
    lastModifiedMs: timeOf(headerOf(exchange, reply, 'last-modified')),
  };
}

/** The coding of an answer: undefined where there is none, or where it says that it must stay as it is. */
export function codingOf(exchange: Exchange, reply: Reply, type: string): Coding | undefined {
  const { request, route } = exchange;
  const { codings } = route.reply;
  if (!codings) return undefined;
  const shown = headerOf(exchange, reply, 'content-type') ?? type;
  if (!isCompressible(shown.split(';', 1)[0]!.trim().toLowerCase())) return undefined;
  if (headerOf(exchange, reply, 'content-encoding') !== undefined || offersRanges(exchange, reply)) return undefined;
  if (headerOf(exchange, reply, 'cache-control')?.includes('no-transform')) return undefined;
  return codings.choose(request.headers['accept-encoding'] as string | undefined);
}

class BodyWriting {
  readonly #isRead: boolean;

  constructor(
    private readonly exchange: Exchange,
    private readonly reply: Reply,
    private readonly answer: Answer,
  ) {
    const { method } = exchange.request;
    this.#isRead = answer.status === 200 && (method === 'GET' || method === 'HEAD');
  }

  run(): Promise<void> | undefined {
    const { exchange, reply, answer } = this;
    const coding = this.#isWorthIt() ? codingOf(exchange, reply, answer.type) : undefined;
    const validators = this.#validators(coding);
    if (this.#isRead && writeUnchanged(exchange, reply, validators)) return undefined;
    const range = this.#range(validators);
    if (range === 'unsatisfiable') throw unsatisfiable(exchange, byteLength(answer.body));
    const more = validators.etag === undefined ? [] : ['etag', validators.etag];
    if (range) return this.#writePart(range, more);
    if (coding) return this.#writeCoded(coding, more);
    return this.#write(answer.body, more);
  }

  #isWorthIt(): boolean {
    const { compression } = this.exchange.route.reply.answers;
    return compression !== undefined && byteLength(this.answer.body) >= compression.minBytes;
  }

  #validators(coding: Coding | undefined): Validators {
    const { exchange, reply, answer } = this;
    const said = validatorsOf(exchange, reply);
    const isTagged = said.etag === undefined && this.#isRead && exchange.route.reply.etag;
    const etag = isTagged ? entityTagOf(answer.body) : said.etag;
    return { ...said, etag: etag !== undefined && coding ? codedTag(etag, coding) : etag };
  }

  #range(validators: Validators): ByteRange | 'unsatisfiable' | undefined {
    const { exchange, reply, answer } = this;
    const { method, headers } = exchange.request;
    if (headers.range === undefined || method !== 'GET' || !this.#isRead) return undefined;
    if (!offersRanges(exchange, reply) || !isRangeCurrent(requestHeader(exchange), validators)) return undefined;
    return byteRangeOf(headers.range, byteLength(answer.body));
  }

  #write(body: string | Uint8Array, more: readonly string[]): undefined {
    const { exchange, reply, answer } = this;
    const { status, type } = answer;
    writeHead(exchange, reply, { status, type, length: byteLength(body), more });
    exchange.response.end(body);
  }

  #writePart({ start, end }: ByteRange, more: readonly string[]): undefined {
    const { exchange, reply, answer } = this;
    const bytes = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
    const range = `bytes ${start}-${end - 1}/${bytes.byteLength}`;
    const { type } = answer;
    writeHead(exchange, reply, { status: 206, type, length: end - start, more: [...more, 'content-range', range] });
    exchange.response.end(bytes.subarray(start, end));
  }

  async #writeCoded(coding: Coding, more: readonly string[]): Promise<void> {
    const { exchange, reply, answer } = this;
    const { status, type } = answer;
    const coded = [...more, 'content-encoding', coding];
    if (exchange.request.method === 'HEAD') {
      // Its length is known only to who does the work.
      writeHead(exchange, reply, { status, type, more: coded });
      exchange.response.end();
      return;
    }
    const body = await compress(answer.body, coding);
    writeHead(exchange, reply, { status, type, length: body.byteLength, more: coded });
    exchange.response.end(body);
  }
}

function requestHeader({ request }: Exchange): HeaderReader {
  return (name) => request.headers[name] as string | undefined;
}

function offersRanges(exchange: Exchange, reply: Reply): boolean {
  return headerOf(exchange, reply, 'accept-ranges') === 'bytes';
}

function byteLength(body: string | Uint8Array): number {
  return typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
}
