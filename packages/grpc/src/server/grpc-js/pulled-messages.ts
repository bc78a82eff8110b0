import { coreError } from '@ts-chassis/core';
import { tooLarge } from '../message-buffer.js';
import type { RequestMessages } from '../request-items.js';

/** How the messages of a call are read. */
export interface PullOptions {
  /** Asks for one message more, or the end. */
  pull(): void;
  /** Whether the method takes one message: then the end is waited for behind it, as grpc-js itself does. */
  readonly single: boolean;
  /** Of a message; 0 for any. grpc-js holds to what this was when the listener opened; here it follows the configuration. */
  readonly maxBytes: number;
}

interface Reading {
  resolve(bytes: Buffer | undefined): void;
  reject(error: Error): void;
}

/** Pulls messages out of grpc-js when they are asked for: what nobody asks for stays with the client, by the window of HTTP/2. */
export class PulledMessages implements RequestMessages {
  hasMore = false;
  #only: Buffer | undefined = undefined;
  #isOver = false;
  #isThrownAway = false;
  readonly #waiting: Reading[] = [];

  constructor(private readonly options: PullOptions) {}

  read(): Promise<Buffer | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#isOver) return resolve(undefined);
      this.#waiting.push({ resolve, reject });
      if (this.#waiting.length === 1) this.options.pull();
    });
  }

  /** A message came. It never throws: grpc-js has nobody who would catch it. */
  arrived(bytes: Buffer): void {
    const { single, maxBytes } = this.options;
    if (this.#isThrownAway) return queueMicrotask(this.#pullOn);
    if (maxBytes > 0 && bytes.length > maxBytes) return this.#fail(tooLarge(maxBytes, `${bytes.length} bytes`));
    if (!single) {
      this.#waiting.shift()?.resolve(bytes);
      if (this.#waiting.length > 0) this.options.pull();
      return;
    }
    if (!this.#only) {
      this.#only = bytes;
      this.options.pull();
      return;
    }
    this.hasMore = true;
    this.ended();
  }

  /** The client sends no more. */
  ended(): void {
    this.#isOver = true;
    for (const { resolve } of this.#waiting.splice(0)) resolve(this.#only);
  }

  close(): void {
    if (this.#isOver) return;
    this.#isOver = this.#isThrownAway = true;
    this.#fail(coreError('CALL_CANCELLED', 'the call was over before its request was'));
    this.options.pull();
  }

  #fail(error: Error): void {
    this.#isOver = true;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  /** Not from within: many small messages would nest as deep as they are many. */
  readonly #pullOn = (): void => this.options.pull();
}
