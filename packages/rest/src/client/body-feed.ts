/** What the feed may do to the connection behind it. */
export interface FeedControl {
  resume(): void;
  abort(reason: Error): void;
}

/** How many bytes wait for the reader before the connection is asked to pause. */
const HIGH_WATER_BYTES = 64 * 1024;

/** The body of a reply as it arrives: what is not read yet holds the connection back, and a reader that leaves ends the request. */
export class BodyFeed implements AsyncIterableIterator<Uint8Array> {
  readonly #chunks: Uint8Array[] = [];
  #waitingBytes = 0;
  #paused = false;
  #ended = false;
  #error: Error | undefined;
  #waiting: { resolve: (item: IteratorResult<Uint8Array>) => void; reject: (error: Error) => void } | undefined;

  constructor(private readonly control: FeedControl) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Whether more may come at once. */
  push(chunk: Uint8Array): boolean {
    const waiting = this.#waiting;
    if (waiting) {
      this.#waiting = undefined;
      waiting.resolve({ done: false, value: chunk });
      return true;
    }
    this.#chunks.push(chunk);
    this.#waitingBytes += chunk.length;
    this.#paused = this.#waitingBytes >= HIGH_WATER_BYTES;
    return !this.#paused;
  }

  end(): void {
    this.#ended = true;
    this.#waiting?.resolve({ done: true, value: undefined });
    this.#waiting = undefined;
  }

  /** What arrived before is still given out. */
  fail(error: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#waiting) this.#waiting.reject(error);
    else this.#error = error;
    this.#waiting = undefined;
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    const chunk = this.#chunks.shift();
    if (chunk) {
      this.#waitingBytes -= chunk.length;
      if (this.#paused && this.#waitingBytes < HIGH_WATER_BYTES / 2) {
        this.#paused = false;
        this.control.resume();
      }
      return Promise.resolve({ done: false, value: chunk });
    }
    if (this.#error) {
      const error = this.#error;
      this.#error = undefined;
      return Promise.reject(error);
    }
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
  }

  return(): Promise<IteratorResult<Uint8Array>> {
    this.#chunks.length = 0;
    if (!this.#ended) {
      this.end();
      this.control.abort(new Error('the reader left before the end'));
    }
    return Promise.resolve({ done: true, value: undefined });
  }
}
