import type { Writing } from '../received-call.js';
import { endSource } from '../reply-items.js';
import type { GrpcJsCall } from './grpc-js-call.js';

/** Bytes that grpc-js may hold of one stream before no further item is asked for: as many as Node's streams hold. */
const MOST_BYTES = 16 * 1024;

/** One stream of messages on its way to the client, no faster than it is read. */
export class SentItems implements Writing {
  #gone = false;
  #unsentBytes = 0;
  #wake: (() => void) | undefined = undefined;

  constructor(
    private readonly call: GrpcJsCall,
    private readonly source: AsyncIterator<unknown>,
  ) {}

  /** @throws what the source fails with, or what keeps an item from being written */
  async run(): Promise<void> {
    const { call, source } = this;
    call.writing = this;
    try {
      for (;;) {
        const item = await source.next();
        if (item.done || this.#gone) return;
        this.#send(item.value);
        if (this.#unsentBytes >= MOST_BYTES) await new Promise<void>((resolve) => (this.#wake = resolve));
        if (this.#gone) return;
      }
    } catch (error) {
      // an item that could not be written leaves a source that goes on
      endSource(source);
      throw error;
    } finally {
      call.writing = undefined;
    }
  }

  leave(): void {
    this.#gone = true;
    this.#wakeUp();
    endSource(this.source);
  }

  #send(value: unknown): void {
    const { plan } = this.call.method!;
    const message = plan!.encodeResponse(plan!.resultToMessage(value));
    // an empty one takes room too
    const bytes = message.length + 5;
    this.#unsentBytes += bytes;
    this.call.wire.sendMessage(message, () => {
      this.#unsentBytes -= bytes;
      if (this.#unsentBytes < MOST_BYTES) this.#wakeUp();
    });
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
