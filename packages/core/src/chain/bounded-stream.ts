import { ChassisError } from '../errors/chassis-error.js';
import { coreError } from '../errors/core-error.js';
import type { Invocation } from '../invocation/invocation.js';

/** A stream that fails when its invocation is cancelled, even while its source is silent, and says once that it is over. */
export function boundedStream(source: AsyncIterable<unknown>, invocation: Invocation, over: () => void): AsyncIterable<unknown> {
  return new BoundedStream(source[Symbol.asyncIterator](), invocation, over);
}

class BoundedStream implements AsyncIterableIterator<unknown> {
  readonly #items: AsyncIterator<unknown>;
  #over: (() => void) | undefined;
  readonly #stopWatching: () => void;
  #failure: ChassisError | undefined;
  #interrupt: ((error: ChassisError) => void) | undefined;

  constructor(items: AsyncIterator<unknown>, invocation: Invocation, over: () => void) {
    this.#items = items;
    this.#over = over;
    this.#stopWatching = invocation.onCancel((reason) => this.#cancelled(reason));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<unknown>> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#interrupt = reject;
      this.#items.next().then(
        (item) => {
          if (item.done) this.#end();
          resolve(item);
        },
        (error: unknown) => {
          this.#end();
          reject(ChassisError.from(error));
        },
      );
    });
  }

  async return(value?: unknown): Promise<IteratorResult<unknown>> {
    this.#end();
    return (await this.#items.return?.(value)) ?? { done: true, value };
  }

  #cancelled(reason: unknown): void {
    this.#failure = ChassisError.is(reason) ? reason : coreError('CALL_CANCELLED', 'cancelled in the middle of a stream', { cause: reason });
    this.#interrupt?.(this.#failure);
    this.#end();
    // a generator that waits inside cannot return before its wait ends: nobody waits for it
    void Promise.resolve(this.#items.return?.()).catch(() => undefined);
  }

  #end(): void {
    this.#interrupt = undefined;
    this.#stopWatching?.();
    const over = this.#over;
    this.#over = undefined;
    over?.();
  }
}
