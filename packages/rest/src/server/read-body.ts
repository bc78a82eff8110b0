import { coreError } from '@ts-chassis/core';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { restError } from '../codes.js';

/** Reads one request's body into memory, up to a limit, whatever the client does meanwhile. */
export class BodyReading {
  readonly bytes: Promise<Buffer>;
  #settle!: { resolve: (bytes: Buffer) => void; reject: (error: Error) => void };
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #over = false;

  constructor(
    private readonly request: IncomingMessage,
    private readonly limit: number,
  ) {
    this.bytes = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    request.on('data', this.#onData);
    request.on('end', this.#onEnd);
    request.on('error', this.#onError);
  }

  /** Ends the reading from outside: the client is gone, or too slow. */
  fail(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#chunks.length = 0;
    this.request.off('data', this.#onData);
    this.request.pause();
    this.#settle.reject(error);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#size += chunk.length;
    if (this.#size > this.limit) this.fail(tooLarge(this.limit));
    else this.#chunks.push(chunk);
  };

  readonly #onEnd = (): void => {
    if (this.#over) return;
    this.#over = true;
    this.#settle.resolve(this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks, this.#size));
  };

  readonly #onError = (): void => this.fail(coreError('CALL_CANCELLED', 'the client went away while it sent the body'));
}

/**
 * Begins to read a body.
 *
 * @param limit - in bytes, `Infinity` for none
 * @throws ChassisError `BODY_TOO_LARGE` when the client says beforehand that it is; the reading rejects with it when it turns out to be
 */
export function readBody(request: IncomingMessage, response: ServerResponse, limit: number): BodyReading {
  const length = request.headers['content-length'];
  if (length !== undefined && Number(length) > limit) throw tooLarge(limit);
  if (request.headers.expect !== undefined) response.writeContinue();
  return new BodyReading(request, limit);
}

/** Whether a body was announced. */
export function hasBody(request: IncomingMessage): boolean {
  const { headers } = request;
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

function tooLarge(limit: number): Error {
  return restError('BODY_TOO_LARGE', `the body is larger than ${limit} bytes`, { details: { limit } });
}
