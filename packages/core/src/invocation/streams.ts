/** Makes the calls of an iterator run inside something: an ambient context, a check. */
class WrappedStream implements AsyncIterableIterator<unknown> {
  readonly #items: AsyncIterator<unknown>;
  readonly #inside: <T>(run: () => T) => T;

  constructor(items: AsyncIterator<unknown>, inside: <T>(run: () => T) => T) {
    this.#items = items;
    this.#inside = inside;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<unknown>> {
    return this.#inside(() => this.#items.next());
  }

  return(value?: unknown): Promise<IteratorResult<unknown>> {
    return this.#inside(() => this.#items.return?.(value) ?? Promise.resolve({ done: true as const, value }));
  }
}

/** A stream whose source runs, item by item, inside something. A generator's body runs where `next` is called, not where it was made. */
export function streamInside(source: AsyncIterable<unknown>, inside: <T>(run: () => T) => T): AsyncIterable<unknown> {
  return new WrappedStream(source[Symbol.asyncIterator](), inside);
}

/**
 * Pulls the first item, so that a stream that fails at once fails as a call does, and gives back a stream that still has it.
 *
 * @throws what the source throws before its first item
 */
export async function pullFirst(source: AsyncIterable<unknown>): Promise<AsyncIterable<unknown>> {
  const items = source[Symbol.asyncIterator]();
  const first = await items.next();
  return new PulledStream(items, first);
}

class PulledStream implements AsyncIterableIterator<unknown> {
  readonly #items: AsyncIterator<unknown>;
  #first: IteratorResult<unknown> | undefined;

  constructor(items: AsyncIterator<unknown>, first: IteratorResult<unknown>) {
    this.#items = items;
    this.#first = first;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<unknown>> {
    const first = this.#first;
    if (!first) return this.#items.next();
    if (!first.done) this.#first = undefined;
    return Promise.resolve(first);
  }

  async return(value?: unknown): Promise<IteratorResult<unknown>> {
    this.#first = { done: true, value: undefined };
    return (await this.#items.return?.(value)) ?? { done: true, value };
  }
}

/** Ends a stream that nobody will read. */
export function discardStream(source: AsyncIterable<unknown>): void {
  void Promise.resolve(source[Symbol.asyncIterator]().return?.()).catch(() => undefined);
}
