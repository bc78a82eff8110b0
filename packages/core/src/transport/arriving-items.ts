/** Who waits for the next item. */
interface Reader {
  readonly resolve: (item: IteratorResult<unknown>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * What a protocol tells with the items of a stream it receives.
 *
 * @example
 * ```ts
 * const hooks: ArrivingHooks = { taken: () => askForMore(1), left: () => sendCancel() };
 * ```
 */
export interface ArrivingHooks {
  /** An item was taken by the reader: there is room for another. */
  taken?(): void;
  /** The reader left before the end: the other side may stop. */
  left?(): void;
}

/**
 * A stream whose items a connection pushes and a reader pulls. It holds all that was pushed and not read: a protocol lets the other side send
 * only as many as it granted, and grants more in `taken`.
 *
 * @example
 * ```ts
 * const items = new ArrivingItems({ taken: () => grantOne(), left: () => sendCancel() });
 * onItem((item) => items.push(item));
 * onEnd((error) => items.end(error));
 * resolve(replyOf(items));
 * ```
 */
export class ArrivingItems implements AsyncIterableIterator<unknown> {
  readonly #hooks: ArrivingHooks;
  #items: unknown[] = [];
  /** Where the next item is: taking one from the front of a long list would move all others. */
  #first = 0;
  readonly #readers: Reader[] = [];
  #over = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(hooks: ArrivingHooks = {}) {
    this.#hooks = hooks;
  }

  /** How many wait to be read. */
  get size(): number {
    return this.#items.length - this.#first;
  }

  /** Another item; nothing happens after the end. */
  push(item: unknown): void {
    if (this.#over) return;
    const reader = this.#readers.shift();
    if (!reader) {
      this.#items.push(item);
      return;
    }
    reader.resolve({ done: false, value: item });
    this.#hooks.taken?.();
  }

  /** No more items; with an error, the reader meets it after the items that are there. Only the first end counts. */
  end(error?: unknown): void {
    if (this.#over) return;
    this.#over = true;
    if (error !== undefined && this.#readers.length === 0) this.#failure = { error };
    for (const { resolve, reject } of this.#readers.splice(0)) {
      if (error === undefined) resolve({ done: true, value: undefined });
      else reject(error);
    }
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<unknown>> {
    if (this.size > 0) {
      const value = this.#items[this.#first];
      this.#items[this.#first++] = undefined;
      if (this.size === 0) this.#forget();
      this.#hooks.taken?.();
      return Promise.resolve({ done: false, value });
    }
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) return Promise.reject(failure.error as Error);
    if (this.#over) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }));
  }

  return(value?: unknown): Promise<IteratorResult<unknown>> {
    this.#forget();
    this.#failure = undefined;
    if (!this.#over) {
      this.end();
      this.#hooks.left?.();
    }
    return Promise.resolve({ done: true, value });
  }

  #forget(): void {
    this.#items = [];
    this.#first = 0;
  }
}
