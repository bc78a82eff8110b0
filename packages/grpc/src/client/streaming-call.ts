import { HeaderMap } from '@ts-chassis/core';
import type { Metadata } from '@grpc/grpc-js';
import { ClientCall } from './client-call.js';
import { recordOf } from './received-metadata.js';
import { resultOf } from './result-of.js';

interface Waiting {
  readonly resolve: (item: IteratorResult<unknown> | Promise<IteratorResult<unknown>>) => void;
  readonly reject: (error: unknown) => void;
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };
/** How much waits for the reader before nothing more is asked for. */
const HIGH_WATER_MESSAGES = 16;
const HIGH_WATER_BYTES = 64 * 1024;

/**
 * A call that is answered with a stream of messages: what is not read yet holds the connection back, and a reader that leaves ends the call.
 * Its reply is there when its headers are.
 */
export class StreamingCall extends ClientCall implements AsyncIterableIterator<unknown> {
  #messages: Buffer[] = [];
  #taken = 0;
  #waitingBytes = 0;
  /** Whether a message was asked for and has not come. */
  #reading = true;
  #isOpen = false;
  #error: Error | undefined = undefined;
  #trailers: Metadata | undefined = undefined;
  /** Readers that are ahead of the messages, first come, first served; nearly always one. */
  #waiting: Waiting[] = [];

  [Symbol.asyncIterator](): this {
    return this;
  }

  onReceiveMessage(message: Buffer): void {
    if (this.over) return;
    this.#reading = false;
    this.opened();
    const waiting = this.#waiting.shift();
    if (waiting) this.#hand(message, waiting);
    else {
      this.#messages.push(message);
      this.#waitingBytes += message.length;
    }
    this.#readOn();
  }

  next(): Promise<IteratorResult<unknown>> {
    const message = this.#messages[this.#taken];
    if (message) {
      this.#forget(message);
      this.#readOn();
      return this.#itemOf(message);
    }
    if (this.#error) {
      const error = this.#error;
      this.#error = undefined;
      return Promise.reject(error);
    }
    if (this.over) return Promise.resolve(DONE);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<unknown>> {
    this.#messages = [];
    this.#taken = 0;
    this.#leaveWaiting();
    this.cancel(new Error('the reader left before the end'));
    this.#error = undefined;
    return Promise.resolve(DONE);
  }

  protected override opened(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    // they are there when the stream is over
    const trailers = HeaderMap.lazy(() => (this.#trailers ? recordOf(this.#trailers) : {}));
    this.resolve({ value: this, headers: this.headers, trailers });
  }

  protected succeed(trailers: Metadata): void {
    this.#trailers = trailers;
    this.opened();
    this.#leaveWaiting();
  }

  /** What arrived before is still given out. */
  protected fail(error: Error): void {
    if (!this.#isOpen) {
      this.#isOpen = true;
      return this.reject(error);
    }
    const waiting = this.#waiting.shift();
    if (waiting) waiting.reject(error);
    else this.#error = error;
    this.#leaveWaiting();
  }

  /** There is nothing more for those who wait. */
  #leaveWaiting(): void {
    for (const { resolve } of this.#waiting.splice(0)) resolve(DONE);
  }

  #hand(message: Buffer, { resolve, reject }: Waiting): void {
    this.#itemOf(message).then(resolve, reject);
  }

  /** One that cannot be read ends the call. */
  #itemOf(message: Buffer): Promise<IteratorResult<unknown>> {
    try {
      const value = resultOf(this.plan, message);
      if (value instanceof Promise)
        return value.then(
          (own: unknown) => ({ done: false, value: own }),
          (error: Error) => this.#broken(error),
        );
      return Promise.resolve({ done: false, value });
    } catch (error) {
      return this.#broken(error as Error);
    }
  }

  #broken(error: Error): Promise<never> {
    this.cancel(error);
    this.#messages = [];
    this.#taken = 0;
    this.#error = undefined;
    return Promise.reject(error);
  }

  #forget(message: Buffer): void {
    this.#waitingBytes -= message.length;
    this.#taken += 1;
    if (this.#taken < this.#messages.length) return;
    this.#messages = [];
    this.#taken = 0;
  }

  #readOn(): void {
    if (this.#reading || this.over) return;
    if (this.#messages.length - this.#taken >= HIGH_WATER_MESSAGES || this.#waitingBytes >= HIGH_WATER_BYTES) return;
    this.#reading = true;
    this.read();
  }
}
