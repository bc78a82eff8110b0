import { nodeStreamItems } from './node-stream-items.js';

/** Makes the calls of an iterator run inside something: an ambient context, a check. */
class WrappedStream implements AsyncIterableIterator<unknown> {
  readonly #source: AsyncIterable<unknown>;
  readonly #items: AsyncIterator<unknown>;
  readonly #inside: <T>(run: () => T) => T;

  constructor(source: AsyncIterable<unknown>, inside: <T>(run: () => T) => T) {
    this.#source = source;
    this.#items = nodeStreamItems(source);
    this.#inside = inside;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<unknown>> {
    return this.#inside(() => this.#items.next());
  }

  return(value?: unknown): Promise<IteratorResult<unknown>> {
    return this.#inside(() => endSource(this.#source, this.#items, value));
  }
}

/** A stream whose source runs, item by item, inside something. A generator's body runs where `next` is called, not where it was made. */
export function streamInside(source: AsyncIterable<unknown>, inside: <T>(run: () => T) => T): AsyncIterable<unknown> {
  return new WrappedStream(source, inside);
}

/**
 * Pulls the first item, so that a stream that fails at once fails as a call does, and gives back a stream that still has it.
 *
 * @throws what the source throws before its first item
 */
export async function pullFirst(source: AsyncIterable<unknown>): Promise<AsyncIterable<unknown>> {
  const items = nodeStreamItems(source);
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
  void endSource(source, source[Symbol.asyncIterator]()).catch(() => undefined);
}

/**
 * Ends a source before its time. The iterator of a Node stream that was never asked for an item does not pass `return` on, so that the
 * stream, and what it holds open, is ended here.
 */
export async function endSource(
  source: AsyncIterable<unknown>,
  items: AsyncIterator<unknown>,
  value?: unknown,
): Promise<IteratorResult<unknown>> {
  try {
    return (await items.return?.(value)) ?? { done: true, value };
  } finally {
    if (isNodeStream(source)) source.destroy();
  }
}

function isNodeStream(source: object): source is { destroy(): void } {
  const { pipe, destroy } = source as { pipe?: unknown; destroy?: unknown };
  return typeof pipe === 'function' && typeof destroy === 'function';
}
