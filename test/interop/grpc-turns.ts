/** A stream that is fed while it is read. */
export class Turns<T> implements AsyncIterableIterator<T> {
  readonly #ready: IteratorResult<T>[] = [];
  #waiting: ((result: IteratorResult<T>) => void) | undefined;

  put(value: T): void {
    this.#give({ value, done: false });
  }

  end(): void {
    this.#give({ value: undefined, done: true });
  }

  next(): Promise<IteratorResult<T>> {
    const ready = this.#ready.shift();
    return ready ? Promise.resolve(ready) : new Promise((resolve) => (this.#waiting = resolve));
  }

  return(): Promise<IteratorResult<T>> {
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #give(result: IteratorResult<T>): void {
    if (this.#waiting) this.#waiting(result);
    else this.#ready.push(result);
    this.#waiting = undefined;
  }
}
