import type { IncomingMessage, ServerResponse } from 'node:http';
import { restError } from '../codes.js';

/** How a body is read. */
export interface BodyOptions {
  /** In bytes, `Infinity` for none. */
  readonly limit: number;
  /** The client went away; it is for this to fail the reading. */
  readonly onGone: () => void;
}

/** Reads one request's body into memory, up to a limit, whatever the client does meanwhile. */
export class BodyReading {
  readonly bytes: Promise<Buffer>;
  #settle!: { resolve: (bytes: Buffer) => void; reject: (error: Error) => void };
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #over = false;

  constructor(
    private readonly request: IncomingMessage,
    private readonly options: BodyOptions,
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
    if (this.#size > this.options.limit) this.fail(tooLarge(this.options.limit));
    else this.#chunks.push(chunk);
  };

  readonly #onEnd = (): void => {
    if (this.#over) return;
    this.#over = true;
    this.#settle.resolve(this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks, this.#size));
  };

  readonly #onError = (): void => this.options.onGone();
}

/**
 * Begins to read a body.
 *
 * @throws ChassisError `BODY_TOO_LARGE` when the client says beforehand that it is; the reading rejects with it when it turns out to be
 */
export function readBody(request: IncomingMessage, response: ServerResponse, options: BodyOptions): BodyReading {
  const length = request.headers['content-length'];
  if (length !== undefined && Number(length) > options.limit) throw tooLarge(options.limit);
  if (request.headers.expect !== undefined) response.writeContinue();
  return new BodyReading(request, options);
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
