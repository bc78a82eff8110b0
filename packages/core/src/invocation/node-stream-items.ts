import { finished, Readable } from 'node:stream';

/**
 * What a Node stream gives, chunk by chunk as it was pushed. Node's own iterator joins the chunks that are ready, which copies every byte of a
 * fast source once more.
 */
export function nodeStreamItems(source: AsyncIterable<unknown>): AsyncIterator<unknown> {
  return source instanceof Readable ? new NodeStreamItems(source) : source[Symbol.asyncIterator]();
}

/** Chunks that may be ready before they are asked for: going and pausing costs as much as a chunk. */
const AHEAD = 4;

interface Waiting {
  resolve(item: IteratorResult<unknown>): void;
  reject(error: unknown): void;
}

class NodeStreamItems implements AsyncIterator<unknown> {
  /** Given before it was asked for. */
  readonly #early: unknown[] = [];
  #waiting: Waiting | undefined;
  #last: Promise<unknown> | undefined;
  #isOver = false;
  #error: Error | null | undefined;

  constructor(private readonly stream: Readable) {
    // A listener alone would make it flow.
    stream.pause();
    stream.on('data', this.#take);
    finished(stream, { writable: false }, this.#end);
  }

  next(): Promise<IteratorResult<unknown>> {
    if (this.#waiting) return this.#last!.then(() => this.next());
    if (this.#early.length > 0) {
      const value = this.#early.shift();
      if (this.#early.length === 0) this.stream.resume();
      return Promise.resolve({ done: false, value });
    }
    if (this.#isOver) return this.#ended();
    const item = new Promise<IteratorResult<unknown>>((resolve, reject) => (this.#waiting = { resolve, reject }));
    this.#last = item;
    this.stream.resume();
    return item;
  }

  return(value?: unknown): Promise<IteratorResult<unknown>> {
    this.stream.destroy();
    return Promise.resolve({ done: true, value });
  }

  readonly #take = (chunk: unknown): void => {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) waiting.resolve({ done: false, value: chunk });
    else if (this.#early.push(chunk) >= AHEAD) this.stream.pause();
  };

  readonly #end = (error: Error | null | undefined): void => {
    this.#isOver = true;
    this.#error = error;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) this.#ended().then(waiting.resolve, waiting.reject);
  };

  /** Its error is told once. */
  #ended(): Promise<IteratorResult<unknown>> {
    const error = this.#error;
    this.#error = undefined;
    return error ? Promise.reject(error) : Promise.resolve({ done: true, value: undefined });
  }
}
