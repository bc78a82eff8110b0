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

/** Whoever waits for a message. */
interface Waiting {
  readonly resolve: (message: Buffer | undefined | Promise<Buffer>) => void;
  readonly reject: (error: unknown) => void;
}

/** Most calls wait once: room for that is made then. */
const NOBODY: Waiting[] = [];

const READER = Symbol('ts-chassis.message-reader');
type ReadStream = ServerHttp2Stream & { [READER]?: MessageReader };

/**
 * Reads messages from a stream when they are asked for: while some are there that nobody asks for, no more are taken, so that they stay with the
 * client, by the window of HTTP/2.
 */
export class MessageReader implements RequestMessages {
  readonly #buffer: MessageBuffer;
  #isListening = false;
  #isOver = false;
  #isCutOff = false;
  #waiting: Waiting[] = NOBODY;

  constructor(
    private readonly stream: ReadStream,
    private readonly options: ReaderOptions,
  ) {
    this.#buffer = new MessageBuffer(options.maxBytes);
  }

  /** Whether bytes are there that follow the last message. */
  get hasMore(): boolean {
    return !this.#buffer.isEmpty;
  }

  /**
   * The next message, undefined behind the last. Not a promise when it is there already.
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
    // the error is made for who waits only: the end of most requests is not waited for, and a stack costs as much as all else
    if (!this.#isOver) this.#isCutOff = true;
    this.#isOver = true;
    this.#wake();
    this.stream.resume();
  }

  /** Bytes came. */
  take(chunk: Buffer): void {
    if (this.#isOver) return;
    this.#buffer.push(chunk);
    this.#wake();
    if (this.#waiting.length === 0 && !this.#buffer.isEmpty) this.stream.pause();
  }

  /** No more come. */
  end(): void {
    this.#isOver = true;
    this.#wake();
  }

  #readLater(): Promise<Buffer | undefined> {
    const promise = new Promise<Buffer | undefined>((resolve, reject) => {
      const waiting = { resolve, reject };
      if (this.#waiting === NOBODY) this.#waiting = [waiting];
      else this.#waiting.push(waiting);
    });
    if (this.#isListening) this.stream.resume();
    else this.#listen();
    return promise;
  }

  #listen(): void {
    this.#isListening = true;
    this.stream[READER] = this;
    this.stream.on('data', onData).on('end', onEnd);
  }

  /** What is there already. */
  #next(): FramedMessage | undefined {
    const message = this.#buffer.take();
    if (message) return message;
    if (this.#isCutOff) throw coreError('CALL_CANCELLED', 'the call was over before its request was');
    if (this.#isOver && !this.#buffer.isEmpty) throw grpcError('MESSAGE_MALFORMED', 'the last message is cut off');
    return undefined;
  }

  /** Hands out what is there, in the order in which it was asked for. */
  #wake(): void {
    while (this.#waiting.length > 0) {
      try {
        const message = this.#next();
        if (!message && !this.#isOver) return;
        this.#waiting.shift()!.resolve(message?.compressed ? this.#plain(message) : message?.bytes);
      } catch (error) {
        this.#waiting.shift()!.reject(error);
      }
    }
  }

  #plain({ bytes }: FramedMessage): Promise<Buffer> {
    return decompressed(bytes, this.options.encoding, this.options.maxBytes);
  }
}

function onData(this: ReadStream, chunk: Buffer): void {
  this[READER]!.take(chunk);
}

function onEnd(this: ReadStream): void {
  this[READER]!.end();
}
