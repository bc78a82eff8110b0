import { coreError } from '@ts-chassis/core';
import type { Readable } from 'node:stream';
import { admitBody } from './begin-body.js';
import type { IncomingBody, OpenBody } from './open-body.js';
import { RequestStream } from './request-stream.js';
import { tooLarge } from './too-large.js';

const EMPTY = Buffer.alloc(0);

/** Reads one body into memory, up to a limit. Whether the client is still there is for others to watch. */
export class BodyReading implements OpenBody {
  readonly arrived: Promise<Buffer>;
  #resolve!: (bytes: Buffer) => void;
  #reject!: (error: Error) => void;
  #first: Buffer | undefined = undefined;
  #more: Buffer[] | undefined = undefined;
  #size = 0;
  #over = false;

  private constructor(
    private readonly source: Readable,
    private readonly limit: number,
    private readonly decode: (bytes: Buffer) => unknown,
  ) {
    this.arrived = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    source.on('data', (chunk: Buffer) => this.#add(chunk));
    source.on('end', () => this.#end());
  }

  /**
   * Begins to read.
   *
   * @param decode - turns all bytes into what the parameters read from
   * @throws ChassisError `BODY_TOO_LARGE` when the client says beforehand that it is; the reading rejects with it when it turns out to be
   */
  static of(incoming: IncomingBody, decode: (bytes: Buffer) => unknown): BodyReading {
    const limit = incoming.limits.maxBodyBytes || Infinity;
    const codings = admitBody(incoming, limit);
    if (codings.length === 0) return new BodyReading(incoming.request, limit, decode);
    const stream = new RequestStream(incoming.request, { codings, maxBytes: limit });
    const reading = new BodyReading(stream, limit, decode);
    stream.on('error', (error) => reading.fail(error));
    return reading;
  }

  value(bytes: unknown): unknown {
    return this.decode(bytes as Buffer);
  }

  /** Ends the reading from outside: the client is gone, or too slow. */
  fail(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#first = this.#more = undefined;
    this.source.pause();
    if (this.source instanceof RequestStream) this.source.destroy();
    this.#reject(error);
  }

  /** Whoever still waits for the body learns that its request was answered without it. */
  close(): undefined {
    if (this.#over) return;
    this.#over = true;
    this.#first = this.#more = undefined;
    this.#reject(coreError('CALL_CANCELLED', 'the request was answered before its body had come'));
  }

  #add(chunk: Buffer): void {
    if (this.#over) return;
    this.#size += chunk.length;
    if (this.#size > this.limit) this.fail(tooLarge(this.limit));
    else if (!this.#first) this.#first = chunk;
    else (this.#more ??= [this.#first]).push(chunk);
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#resolve(this.#more ? Buffer.concat(this.#more, this.#size) : (this.#first ?? EMPTY));
  }
}
