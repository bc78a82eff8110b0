import type { ItemOptions } from './item-options.js';

const LINE_END = 0x0a;
const RETURN = 0x0d;

/**
 * The items of a body of one JSON value to a line (NDJSON, JSON Lines) that arrives piece by piece. Only the line in arrival is held, up to
 * a limit. Empty lines count for nothing; the last line may go without an end.
 */
export class LineItems implements AsyncIterableIterator<unknown> {
  #line: Uint8Array[] = [];
  #size = 0;
  #chunk: Uint8Array | undefined;
  #at = 0;
  #done = false;

  /** @param source - the bytes of the body */
  constructor(
    private readonly source: AsyncIterator<Uint8Array>,
    private readonly options: ItemOptions,
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<unknown>> {
    try {
      for (;;) {
        const line = this.#nextLine() ?? (this.#done ? undefined : await this.#more());
        if (line === undefined) return { done: true, value: undefined };
        if (!isBlank(line)) return { done: false, value: this.options.parse(line) };
      }
    } catch (error) {
      this.#done = true;
      this.#chunk = undefined;
      await this.source.return?.();
      throw error;
    }
  }

  async return(value?: unknown): Promise<IteratorResult<unknown>> {
    this.#done = true;
    this.#chunk = undefined;
    await this.source.return?.();
    return { done: true, value };
  }

  /** A line that ends in the present chunk. */
  #nextLine(): Buffer | undefined {
    const chunk = this.#chunk;
    if (!chunk) return undefined;
    const end = chunk.indexOf(LINE_END, this.#at);
    const part = chunk.subarray(this.#at, end < 0 ? chunk.length : end);
    this.#keep(part);
    if (end < 0) {
      this.#chunk = undefined;
      return undefined;
    }
    this.#at = end + 1;
    return this.#taken();
  }

  /** Reads on to the next line; undefined at the end. */
  async #more(): Promise<Buffer | undefined> {
    for (;;) {
      const { done, value } = await this.source.next();
      if (done) {
        this.#done = true;
        return this.#size > 0 ? this.#taken() : undefined;
      }
      this.#chunk = value;
      this.#at = 0;
      const line = this.#nextLine();
      if (line) return line;
    }
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#size += bytes.length;
    if (this.#size > this.options.maxItemBytes) throw this.options.tooLarge();
    this.#line.push(bytes);
  }

  #taken(): Buffer {
    const line = this.#line.length === 1 ? this.#line[0]! : Buffer.concat(this.#line);
    this.#line = [];
    this.#size = 0;
    return Buffer.from(line.buffer, line.byteOffset, line.byteLength);
  }
}

function isBlank(line: Buffer): boolean {
  for (const code of line) if (code !== 0x20 && code !== 0x09 && code !== RETURN) return false;
  return true;
}
