import type { Reply } from './reply.js';
import { endSource } from './streams.js';

/**
 * How a reply ended: with an error, or undefined.
 *
 * @example
 * ```ts
 * const done: Settled = (error) => permits.release(error === undefined);
 * ```
 */
export type Settled = (error?: unknown) => void;

/**
 * Whether a value is a stream: an async iterable.
 *
 * @example
 * ```ts
 * if (isStream(reply.value)) for await (const item of reply.value) console.log(item);
 * ```
 */
export function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/**
 * Runs `done` when the reply is really over: at once for a value, once at the end, error or cancellation of a stream.
 * Permits, picks, spans and deadlines are released here.
 *
 * @returns the reply to pass on, which for a stream is another one
 *
 * @example
 * ```ts
 * return settle(await next(invocation), () => permits.release());
 * ```
 */
export function settle(reply: Reply, done: Settled): Reply {
  if (!isStream(reply.value)) {
    done();
    return reply;
  }
  return { ...reply, value: new SettlingStream(reply.value, done) };
}

/**
 * Ends a stream because of a failure: whoever settles on it learns of the failure, its source merely ends, as it does for a reader who leaves.
 * A generator that waits inside cannot end before its wait does; nobody waits for that.
 */
export function failStream(items: AsyncIterator<unknown>, error: unknown): void {
  if (items instanceof SettlingStream) items.fail(error);
  else void Promise.resolve(items.return?.()).catch(() => undefined);
}

/** Passes items through and says once how it ended. */
class SettlingStream implements AsyncIterableIterator<unknown> {
  readonly #source: AsyncIterable<unknown>;
  readonly #items: AsyncIterator<unknown>;
  #done: Settled | undefined;
  /** How many items are waited for. */
  #pending = 0;

  constructor(source: AsyncIterable<unknown>, done: Settled) {
    this.#source = source;
    this.#items = source[Symbol.asyncIterator]();
    this.#done = done;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<unknown>> {
    this.#pending += 1;
    try {
      return this.#seen(await this.#items.next());
    } catch (error) {
      this.#end(error);
      throw error;
    } finally {
      this.#pending -= 1;
    }
  }

  async return(value?: unknown): Promise<IteratorResult<unknown>> {
    // A generator returns only after the item it is busy with, which may never come.
    if (this.#pending > 0) this.#end();
    try {
      return await endSource(this.#source, this.#items, value);
    } finally {
      this.#end();
    }
  }

  async throw(error?: unknown): Promise<IteratorResult<unknown>> {
    try {
      if (this.#items.throw) return this.#seen(await this.#items.throw(error));
      await endSource(this.#source, this.#items);
      throw error;
    } catch (thrown) {
      this.#end(thrown);
      throw thrown;
    }
  }

  /** See {@link failStream}. */
  fail(error: unknown): void {
    this.#end(error);
    if (this.#items instanceof SettlingStream) this.#items.fail(error);
    else void endSource(this.#source, this.#items).catch(() => undefined);
  }

  #seen(item: IteratorResult<unknown>): IteratorResult<unknown> {
    if (item.done) this.#end();
    return item;
  }

  #end(error?: unknown): void {
    const done = this.#done;
    this.#done = undefined;
    done?.(error);
  }
}
