import type { ChassisError } from '../errors/chassis-error.js';
import type { Invocation } from '../invocation/invocation.js';
import { failStream } from '../invocation/settle.js';
import { failureOf } from './failure-of.js';

/**
 * A stream that fails when its invocation is cancelled, even while its source is silent, and says once that it is over. Handlers that end a fork
 * before its time put it around the fork's stream; one whose invocation is cancelled already is ended at once.
 *
 * @example
 * ```ts
 * const value = boundedStream(reply.value, fork, () => fork.unlink());
 * ```
 */
export function boundedStream(
  source: AsyncIterable<unknown>,
  invocation: Invocation,
  over: () => void,
): AsyncIterable<unknown> {
  return new BoundedStream(source[Symbol.asyncIterator](), invocation, { over, told: failureOf });
}

/** The same with other words for what its reader is told of a failure. */
export function toldStream(
  source: AsyncIterable<unknown>,
  invocation: Invocation,
  end: StreamEnd,
): AsyncIterable<unknown> {
  return new BoundedStream(source[Symbol.asyncIterator](), invocation, end);
}

/** What becomes of a stream. */
interface StreamEnd {
  /** Called once, however it ends. */
  readonly over: () => void;
  /** What its reader is told of a failure of its source. */
  readonly told: (error: unknown, invocation: Invocation) => ChassisError;
}

type Interrupt = (error: ChassisError) => void;

class BoundedStream implements AsyncIterableIterator<unknown> {
  readonly #items: AsyncIterator<unknown>;
  readonly #invocation: Invocation;
  /** Of the items that are waited for. */
  readonly #interrupts = new Set<Interrupt>();
  #over: (() => void) | undefined;
  readonly #told: StreamEnd['told'];
  #stopWatching: (() => void) | undefined;
  #failure: ChassisError | undefined;

  constructor(items: AsyncIterator<unknown>, invocation: Invocation, { over, told }: StreamEnd) {
    this.#items = items;
    this.#invocation = invocation;
    this.#over = over;
    this.#told = told;
    this.#stopWatching = invocation.onCancel((reason) => this.#cancelled(reason));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<unknown>> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject: Interrupt) => {
      this.#interrupts.add(reject);
      this.#items.next().then(
        (item) => {
          this.#interrupts.delete(reject);
          if (item.done) this.#end();
          resolve(item);
        },
        (error: unknown) => {
          this.#interrupts.delete(reject);
          this.#end();
          reject(this.#told(error, this.#invocation));
        },
      );
    });
  }

  async return(value?: unknown): Promise<IteratorResult<unknown>> {
    this.#end();
    return (await this.#items.return?.(value)) ?? { done: true, value };
  }

  #cancelled(reason: unknown): void {
    this.#failure = failureOf(reason, this.#invocation);
    for (const interrupt of this.#interrupts) interrupt(this.#failure);
    this.#end();
    failStream(this.#items, this.#failure);
  }

  #end(): void {
    this.#interrupts.clear();
    this.#stopWatching?.();
    const over = this.#over;
    this.#over = undefined;
    over?.();
  }
}
