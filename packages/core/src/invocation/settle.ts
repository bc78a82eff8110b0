import type { Reply } from './reply.js';

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

/** Passes items through and says once how it ended. */
class SettlingStream implements AsyncIterableIterator<unknown> {
  readonly #items: AsyncIterator<unknown>;
  #done: Settled | undefined;

  constructor(source: AsyncIterable<unknown>, done: Settled) {
    this.#items = source[Symbol.asyncIterator]();
    this.#done = done;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<unknown>> {
    try {
      const item = await this.#items.next();
      if (item.done) this.#end();
      return item;
    } catch (error) {
      this.#end(error);
      throw error;
    }
  }

  async return(value?: unknown): Promise<IteratorResult<unknown>> {
    try {
      return (await this.#items.return?.(value)) ?? { done: true, value };
    } finally {
      this.#end();
    }
  }

  async throw(error?: unknown): Promise<IteratorResult<unknown>> {
    this.#end(error);
    return (await this.#items.throw?.(error)) ?? { done: true, value: undefined };
  }

  #end(error?: unknown): void {
    const done = this.#done;
    this.#done = undefined;
    done?.(error);
  }
}
