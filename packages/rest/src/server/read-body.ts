import type { IncomingMessage, ServerResponse } from 'node:http';
import { restError } from '../codes.js';

/** Reads one request's body into memory, up to a limit. Whether the client is still there is for others to watch. */
export class BodyReading {
  readonly bytes: Promise<Buffer>;
  #resolve!: (bytes: Buffer) => void;
  #reject!: (error: Error) => void;
  #first: Buffer | undefined = undefined;
  #more: Buffer[] | undefined = undefined;
  #size = 0;
  #over = false;

  constructor(
    private readonly request: IncomingMessage,
    private readonly limit: number,
  ) {
    this.bytes = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    request.on('data', (chunk: Buffer) => this.#add(chunk));
    request.on('end', () => this.#end());
  }

  /** Ends the reading from outside: the client is gone, or too slow. */
  fail(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#first = this.#more = undefined;
    this.request.pause();
    this.#reject(error);
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

const EMPTY = Buffer.alloc(0);

/**
 * Begins to read a body.
 *
 * @param limit - in bytes, `Infinity` for none
 * @throws ChassisError `BODY_TOO_LARGE` when the client says beforehand that it is; the reading rejects with it when it turns out to be
 */
export function readBody(request: IncomingMessage, response: ServerResponse, limit: number): BodyReading {
  const { headers } = request;
  const length = headers['content-length'];
  if (length !== undefined && Number(length) > limit) throw tooLarge(limit);
  if (headers.expect !== undefined) response.writeContinue();
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
