import type { Dicer } from '@fastify/busboy';
import { ChassisError } from '@ts-chassis/core';
import type { Readable } from 'node:stream';
import { restError } from '../../codes.js';
import { headerParameter } from '../media-type.js';
import { partHeadOf, type PartHead, type PartHeaders } from './disposition.js';
import type { UploadLimits } from './upload-limits.js';

/** A part in arrival. */
export interface ArrivingPart {
  readonly head: PartHead;
  /** Its content; the next part comes only when it is read, or thrown away by `resume`. */
  readonly content: Readable;
}

/** RFC 2046, 5.1.1. */
const LONGEST_BOUNDARY = 70;

/** More than any part needs to say of itself. */
const MAX_HEADER_BYTES = 16 * 1024;

/**
 * The boundary of a multipart body.
 *
 * @throws ChassisError `BODY_MALFORMED` when there is none, or none that may be
 */
export function boundaryOf(contentType: string): string {
  const boundary = headerParameter(contentType, 'boundary');
  if (boundary === undefined || boundary === '') throw malformed('its Content-Type names no boundary');
  if (boundary.length <= LONGEST_BOUNDARY && /^[\x20-\x7e]+$/.test(boundary)) return boundary;
  throw malformed(`its boundary has to be 1 to ${LONGEST_BOUNDARY} printable characters`);
}

/** The parts of a multipart body, in the order in which they come. What is not read holds the client back. */
export class PartReader implements AsyncIterableIterator<ArrivingPart> {
  readonly #dicer: Dicer;
  readonly #ready: ArrivingPart[] = [];
  readonly #limits: Pick<UploadLimits, 'maxParts' | 'maxPartHeaders'>;
  #count = 0;
  /** Parts whose headers are not there yet: one, when more follows. */
  #headless = 0;
  /** The last part was read; the body may still have an end to come. */
  #parsed = false;
  #ended = false;
  #failure: Error | undefined;
  /** The content of the part that was given out last. */
  #given: Readable | undefined;
  #wake: (() => void) | undefined;

  constructor(
    private readonly source: Readable,
    options: { readonly boundary: string; readonly limits: Pick<UploadLimits, 'maxParts' | 'maxPartHeaders'> },
  ) {
    const { boundary, limits } = options;
    this.#limits = limits;
    // Loaded when the first multipart body comes.
    const busboy = require('@fastify/busboy') as typeof import('@fastify/busboy');
    const config = { boundary, maxHeaderPairs: limits.maxPartHeaders + 1, maxHeaderSize: MAX_HEADER_BYTES };
    this.#dicer = new busboy.Dicer(config);
    this.#dicer.on('part', (part) => this.#begin(part));
    this.#dicer.on('finish', () => this.#parsedAll());
    this.#dicer.on('error', (error) => this.#fail(malformed(error.message)));
    source.on('end', () => this.#finish());
    source.on('error', (error) => this.#fail(error));
    source.on('close', () => {
      if (!source.readableEnded && !this.#ended) this.#fail(malformed('it broke off'));
    });
    source.pipe(this.#dicer);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<ArrivingPart>> {
    for (;;) {
      if (this.#failure) throw this.#failure;
      const part = this.#ready.shift();
      if (part) {
        this.#given = part.content;
        return { done: false, value: part };
      }
      if (this.#ended) return { done: true, value: undefined };
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  return(): Promise<IteratorResult<ArrivingPart>> {
    this.#given?.destroy();
    this.#stop();
    return Promise.resolve({ done: true, value: undefined });
  }

  #begin(part: Dicer.PartStream): void {
    tellInOurWords(part);
    if (this.#failure) return void part.resume();
    if (++this.#count > this.#limits.maxParts) {
      this.#fail(tooMany('parts', this.#limits.maxParts));
      return;
    }
    if (this.#headless++ > 0) return this.#fail(malformed('a part has no headers'));
    part.on('header', (headers) => this.#headed(headers as PartHeaders, part));
  }

  #headed(headers: PartHeaders, content: Readable): void {
    this.#headless--;
    if (this.#failure) return;
    try {
      refuseCrowd(headers, this.#limits.maxPartHeaders);
      this.#ready.push({ head: partHeadOf(headers), content });
      this.#wakeUp();
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #parsedAll(): void {
    if (this.#headless > 0) return this.#fail(malformed('a part has no headers'));
    this.#parsed = true;
    this.#finish();
    // The parser may hold back what comes behind the last part, which counts for nothing.
    this.source.unpipe(this.#dicer);
    this.source.resume();
  }

  /** Only behind the last byte: a request that is answered before it is there loses its connection. */
  #finish(): void {
    if (!this.#parsed || !this.source.readableEnded) return;
    this.#ended = true;
    this.#wakeUp();
  }

  #fail(error: Error): void {
    if (this.#failure) return;
    this.#failure = error;
    this.#given?.destroy(error);
    for (const { content } of this.#ready) content.destroy(error);
    this.#stop();
    this.#wakeUp();
  }

  #stop(): void {
    this.#ended = true;
    this.source.unpipe(this.#dicer);
    this.source.destroy();
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}

/** The parser tells of a part that breaks off by an event of its own, which leaves the stream as it is; readers shall meet an end with our error. */
function tellInOurWords(part: Readable): void {
  const emit = part.emit.bind(part) as (event: string | symbol, ...values: unknown[]) => boolean;
  part.emit = (event: string | symbol, ...values: unknown[]): boolean => {
    if (event !== 'error' || ChassisError.is(values[0])) return emit(event, ...values);
    part.destroy(malformed('it broke off'));
    return true;
  };
  // Without a listener it would end the process.
  part.on('error', () => undefined);
}

/** The parser leaves out what is too much; a part that is read by half its headers is read wrong. */
function refuseCrowd(headers: PartHeaders, most: number): void {
  const values = Object.values(headers);
  const pairs = values.reduce((sum, list) => sum + (list?.length ?? 0), 0);
  if (pairs > most) throw tooMany('headers in a part', most);
  const bytes = values.flat().reduce((sum, value) => sum + (value?.length ?? 0), 0);
  if (bytes > MAX_HEADER_BYTES / 2)
    throw malformed(`the headers of a part are longer than ${MAX_HEADER_BYTES / 2} bytes`);
}

/** For a body that has more of something than is read. */
export function tooMany(what: string, limit: number): Error {
  return restError('TOO_MANY_PARTS', `the multipart body has more than ${limit} ${what}`, { details: { limit } });
}

function malformed(what: string): Error {
  return restError('BODY_MALFORMED', `the multipart body is malformed: ${what}`);
}
