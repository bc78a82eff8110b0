import type { Call } from './call.js';
import { frameOf, frameOfCompressed } from './framing.js';
import type { Writing } from './received-call.js';
import { endSource } from './reply-items.js';
import { writeFailure } from './write-failure.js';

/** One stream of messages on its way to the client, no faster than it is read. */
export class ReplyStream implements Writing {
  #gone = false;
  #isCorked = false;
  #wake: (() => void) | undefined = undefined;

  constructor(
    private readonly call: Call,
    private readonly items: AsyncIterator<unknown>,
    private readonly compresses: boolean,
  ) {}

  async run(): Promise<void> {
    const { call, items } = this;
    call.writing = this;
    call.stream.on('drain', this.#drained);
    try {
      for (;;) {
        const item = await items.next();
        if (item.done || this.#gone) break;
        const full = this.#write(item.value);
        if (full) await full;
        if (this.#gone) break;
      }
    } catch (error) {
      // an item that could not be written leaves a source that goes on
      endSource(items);
      call.writing = undefined;
      this.#uncork();
      writeFailure(call, error);
      return;
    }
    if (this.#gone) return;
    call.writing = undefined;
    this.#uncork();
    call.stream.end();
  }

  leave(): void {
    this.#gone = true;
    this.#drained();
    endSource(this.items);
  }

  /** @returns what resolves when the client can take more; undefined when it can */
  #write(value: unknown): Promise<void> | undefined {
    const { plan } = this.call.method!;
    const message = plan!.encodeResponse(plan!.resultToMessage(value));
    const { handler } = this.call.connection;
    if (this.compresses && message.length >= handler.behaviour.compressFromBytes) return this.#writeCompressed(message);
    return this.#put(frameOf(message));
  }

  async #writeCompressed(message: Buffer): Promise<void> {
    const frame = await frameOfCompressed(message);
    if (!this.#gone) await this.#put(frame);
  }

  #put(frame: Buffer): Promise<void> | undefined {
    const { stream, connection } = this.call;
    connection.work();
    // what comes in one go leaves in one go
    if (!this.#isCorked) {
      this.#isCorked = true;
      stream.cork();
      process.nextTick(uncork, this);
    }
    if (stream.write(frame)) return undefined;
    this.#uncork();
    return new Promise<void>((resolve) => (this.#wake = resolve));
  }

  /** Also called by the tick after the first write. */
  release(): void {
    this.#uncork();
  }

  #uncork(): void {
    if (!this.#isCorked) return;
    this.#isCorked = false;
    this.call.stream.uncork();
  }

  readonly #drained = (): void => {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  };
}

function uncork(stream: ReplyStream): void {
  stream.release();
}
