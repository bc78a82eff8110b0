import { coreError } from '@ts-chassis/core';
import type { ServerHttp2Stream } from 'node:http2';
import { grpcError } from '../codes.js';
import { MessageBuffer, type FramedMessage } from './message-buffer.js';
import { decompressed } from './message-coding.js';
import type { RequestMessages } from './request-items.js';

/** How the messages of a call arrive. */
export interface ReaderOptions {
  /** Of a message, as sent and once decompressed; 0 for any. */
  readonly maxBytes: number;
  /** What `grpc-encoding` says. */
  readonly encoding: string | undefined;
}

/** Reads messages from a stream when they are asked for: what nobody asks for stays with the client, by the window of HTTP/2. */
export class MessageReader implements RequestMessages {
  readonly #buffer: MessageBuffer;
  #isOver = false;
  #isCutOff = false;
  #arrivals: Arrivals | undefined = undefined;

  constructor(
    private readonly stream: ServerHttp2Stream,
    private readonly options: ReaderOptions,
  ) {
    this.#buffer = new MessageBuffer(options.maxBytes);
  }

  /** Whether bytes are there that follow the last message. */
  get hasMore(): boolean {
    return !this.#buffer.isEmpty;
  }

  /**
   * The next message, undefined behind the last. Not a promise when it is there already, as the only one of a call nearly always is.
   *
   * @throws ChassisError for bytes that are no messages, and when the client is gone
   */
  read(): Buffer | undefined | Promise<Buffer | undefined> {
    const message = this.#next();
    if (message) return message.compressed ? this.#plain(message) : message.bytes;
    return this.#isOver ? undefined : this.#readLater();
  }

  /** The client went away, or the call is over: whoever waits learns of it, and what still comes is thrown away. */
  close(): void {
    const arrivals = this.#arrivals;
    // the error is made for who waits only: the end of most requests is not waited for, and a stack costs as much as all else
    if (!this.#isOver && arrivals) this.#isCutOff = true;
    this.#isOver = true;
    this.#arrivals = undefined;
    arrivals?.stop();
    this.stream.resume();
  }

  async #readLater(): Promise<Buffer | undefined> {
    for (;;) {
      await this.#arrival();
      const message = this.#next();
      if (message) return message.compressed ? this.#plain(message) : message.bytes;
      if (this.#isOver) return undefined;
    }
  }

  /** What is there already. */
  #next(): FramedMessage | undefined {
    for (;;) {
      const message = this.#buffer.take();
      if (message) return message;
      if (this.#isCutOff) throw coreError('CALL_CANCELLED', 'the call was over before its request was');
      const chunk = this.#isOver ? null : (this.stream.read() as Buffer | null);
      if (chunk === null) break;
      this.#buffer.push(chunk);
    }
    if (this.#isOver && !this.#buffer.isEmpty) throw grpcError('MESSAGE_MALFORMED', 'the last message is cut off');
    return undefined;
  }

  #plain({ bytes }: FramedMessage): Promise<Buffer> {
    return decompressed(bytes, this.options.encoding, this.options.maxBytes);
  }

  #arrival(): Promise<void> {
    this.#arrivals ??= new Arrivals(this.stream, () => (this.#isOver = true));
    return this.#arrivals.next();
  }
}

/** Tells those who wait that something came, or the end. */
class Arrivals {
  #waiting: (() => void)[] = [];
  readonly #wake = (): void => {
    for (const run of this.#waiting.splice(0)) run();
  };
  readonly #end = (): void => {
    this.onEnd();
    this.#wake();
  };

  constructor(
    private readonly stream: ServerHttp2Stream,
    private readonly onEnd: () => void,
  ) {
    stream.on('readable', this.#wake).on('end', this.#end);
  }

  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  stop(): void {
    this.stream.off('readable', this.#wake).off('end', this.#end);
    this.#wake();
  }
}
