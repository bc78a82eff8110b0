import { restError } from '../codes.js';

/** Where in the array the reading is. */
type Position = 'begin' | 'first item' | 'next item' | 'in item' | 'end';

/**
 * The items of one JSON array that arrives piece by piece. Only the item in arrival is held, up to a limit; a body that ends early or is
 * no array is an error after the items before.
 */
export class JsonArrayStream implements AsyncIterableIterator<unknown> {
  #at: Position = 'begin';
  #depth = 0;
  #inString = false;
  #escaped = false;
  #item: Uint8Array[] = [];
  #size = 0;
  readonly #ready: unknown[] = [];

  /**
   * @param source - the bytes of the body
   * @param options - whose it is, for messages; and how long an item may be in bytes
   */
  constructor(
    private readonly source: AsyncIterator<Uint8Array>,
    private readonly options: { readonly operationId: string; readonly maxItemBytes: number },
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<unknown>> {
    try {
      while (this.#ready.length === 0) {
        const chunk = await this.source.next();
        if (chunk.done) return this.#finish();
        this.#read(chunk.value);
      }
    } catch (error) {
      await this.source.return?.();
      throw error;
    }
    return { done: false, value: this.#ready.shift() };
  }

  async return(value?: unknown): Promise<IteratorResult<unknown>> {
    this.#ready.length = 0;
    await this.source.return?.();
    return { done: true, value };
  }

  #finish(): IteratorResult<unknown> {
    if (this.#at === 'end') return { done: true, value: undefined };
    throw this.#invalid('it broke off');
  }

  #read(chunk: Uint8Array): void {
    let start = 0;
    for (let index = 0; index < chunk.length; index++) {
      const code = chunk[index]!;
      if (this.#at === 'in item') {
        if (!this.#endsItem(code)) continue;
        this.#keep(chunk.subarray(start, index));
        this.#complete();
        this.#at = code === 0x2c ? 'next item' : 'end';
      } else if (!isSpace(code)) {
        start = index;
        this.#between(code);
      }
    }
    if (this.#at === 'in item') this.#keep(chunk.subarray(start));
  }

  /** Reads a byte that belongs to no item, or is the first of one. */
  #between(code: number): void {
    if (this.#at === 'begin' && code === 0x5b) this.#at = 'first item';
    else if (this.#at === 'first item' && code === 0x5d) this.#at = 'end';
    else if ((this.#at === 'first item' || this.#at === 'next item') && code !== 0x2c && code !== 0x5d) {
      this.#at = 'in item';
      this.#endsItem(code);
    } else throw this.#invalid(`it is no array: unexpected ${JSON.stringify(String.fromCharCode(code))}`);
  }

  /** Follows strings and nesting; true for the comma or bracket that stands behind the item. */
  #endsItem(code: number): boolean {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (code === 0x5c) this.#escaped = true;
      else if (code === 0x22) this.#inString = false;
    } else if (code === 0x22) this.#inString = true;
    else if (code === 0x7b || code === 0x5b) this.#depth++;
    else if (code === 0x7d || code === 0x5d) {
      if (this.#depth === 0) return code === 0x5d || this.#stray();
      this.#depth--;
    } else if (code === 0x2c) return this.#depth === 0;
    return false;
  }

  #stray(): never {
    throw this.#invalid('it has a brace that opens nothing');
  }

  #keep(bytes: Uint8Array): void {
    this.#size += bytes.length;
    if (this.#size > this.options.maxItemBytes) throw this.#invalid(`an item is larger than ${this.options.maxItemBytes} bytes`);
    this.#item.push(bytes);
  }

  #complete(): void {
    const bytes = this.#item.length === 1 ? this.#item[0]! : Buffer.concat(this.#item);
    this.#item = [];
    this.#size = 0;
    try {
      this.#ready.push(JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')));
    } catch (error) {
      throw this.#invalid((error as Error).message);
    }
  }

  #invalid(what: string): Error {
    return restError('REPLY_INVALID', `${this.options.operationId}: the streamed reply is not valid: ${what}`, { remote: true });
  }
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
