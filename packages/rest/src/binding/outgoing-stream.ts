import { ChassisError } from '@ts-chassis/core';
import { Readable } from 'node:stream';
import { restError } from '../codes.js';

/** Text goes out as UTF-8. */
type Chunk = string | Uint8Array;

/**
 * A body that is sent as its source gives it out. A source that fails is told from a connection that does: the stream fails with its own
 * `ChassisError`, or with `SOURCE_FAILED` for anything else and for what it met in calls of its own.
 */
export function outgoingStream(source: AsyncIterable<Chunk>): Readable {
  // It may fail before it is read; the reading then meets that.
  if (source instanceof Readable) source.on('error', () => undefined);
  return Readable.from(new OutgoingChunks(source), { objectMode: false });
}

class OutgoingChunks implements AsyncIterableIterator<Chunk> {
  readonly #chunks: AsyncIterator<Chunk>;

  constructor(private readonly source: AsyncIterable<Chunk>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Chunk>> {
    let next: IteratorResult<Chunk>;
    try {
      next = await this.#chunks.next();
    } catch (error) {
      throw ownFailure(error);
    }
    if (next.done || typeof next.value === 'string' || (next.value as unknown) instanceof Uint8Array) return next;
    await this.return();
    throw restError('SOURCE_FAILED', `the source of a streamed body: expected text or bytes, got ${typeof next.value}`);
  }

  async return(): Promise<IteratorResult<Chunk>> {
    // The iterator of a stream that nobody began to read does not end it.
    if (this.source instanceof Readable) this.source.destroy();
    await this.#chunks.return?.();
    return { done: true, value: undefined };
  }
}

/** A failure of another call must not be taken for one of this: neither its answer nor its instance are. */
function ownFailure(error: unknown): ChassisError {
  if (ChassisError.is(error) && !error.remote && error.code !== 'CALL_FAILED') return error;
  const message = error instanceof Error ? error.message : String(error);
  return restError('SOURCE_FAILED', `the source of a streamed body failed: ${message}`, { cause: error });
}
