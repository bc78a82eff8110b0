import { ChassisError } from '@ts-chassis/core';
import { Readable } from 'node:stream';
import { grpcError } from '../codes.js';
import type { MethodPlan } from '../binding/method-plan.js';
import type { RawCall } from './endpoint-channel.js';

/** Sends the items of a request stream: the next is asked for when the connection took the one before. */
export class RequestWriter {
  readonly #items: AsyncIterator<unknown>;
  #stopped = false;

  /** @param source - the argument that is the stream */
  constructor(
    private readonly raw: RawCall,
    private readonly plan: MethodPlan,
    private readonly source: AsyncIterable<unknown>,
  ) {
    // It may fail before it is read; the reading then meets that.
    if (source instanceof Readable) source.on('error', () => undefined);
    this.#items = source[Symbol.asyncIterator]();
  }

  /** @param fail - told of a source that fails, and of an item that cannot be sent */
  async run(fail: (error: ChassisError) => void): Promise<void> {
    try {
      for (;;) {
        const item = await this.#items.next();
        if (this.#stopped) return;
        if (item.done) return this.raw.halfClose();
        await this.#write(this.plan.encodeRequest(this.plan.itemToMessage(item.value)));
      }
    } catch (error) {
      if (this.#stopped) return;
      this.stop();
      fail(sourceFailure(error, this.plan));
    }
  }

  /** The call is over: nothing more is sent, and the source is told to end. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    // The iterator of a stream that nobody began to read does not end it.
    if (this.source instanceof Readable) this.source.destroy();
    endSource(this.#items);
  }

  #write(message: Buffer): Promise<void> {
    return new Promise((resolve) => this.raw.sendMessageWithContext({ callback: () => resolve() }, message));
  }
}

/** Ends a source before its time, whose last words nobody waits for: not every iterator gives a promise, as it should. */
function endSource(items: AsyncIterator<unknown>): void {
  try {
    void Promise.resolve(items.return?.()).catch(() => undefined);
  } catch {
    // it is not asked again
  }
}

/** A failure of another call must not be taken for one of this: neither its answer nor its instance are. */
export function sourceFailure(error: unknown, { operation }: MethodPlan): ChassisError {
  if (ChassisError.is(error) && !error.remote && error.code !== 'CALL_FAILED') return error;
  const message = error instanceof Error ? error.message : String(error);
  return grpcError('SOURCE_FAILED', `${operation.id}: the source of the request stream failed: ${message}`, {
    cause: error,
  });
}
