import type { ItemOptions } from './item-options.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Where in the array the reading is. */
type Position = 'begin' | 'first item' | 'next item' | 'scalar' | 'string' | 'structure' | 'behind item' | 'end';

/**
 * The items of one JSON array that arrives piece by piece. Only the item in arrival is held, up to a limit, and it is given out as
 * soon as it is complete; a body that ends early or is no array is an error after the items before.
 */
export class JsonArrayItems implements AsyncIterableIterator<unknown> {
  #at: Position = 'begin';
  #depth = 0;
  #inString = false;
  #escaped = false;
  #item: Uint8Array[] = [];
  #size = 0;
  readonly #ready: unknown[] = [];

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
      if (this.#isInItem()) {
        const end = this.#endOfItem(code, index);
        if (end < 0) continue;
        this.#keep(chunk.subarray(start, end));
        this.#complete();
        this.#at = 'behind item';
        if (end > index) continue;
      }
      if (isSpace(code)) continue;
      start = index;
      this.#at = this.#behind(code);
    }
    if (this.#isInItem()) this.#keep(chunk.subarray(start));
  }

  #isInItem(): boolean {
    return this.#at === 'scalar' || this.#at === 'structure' || this.#at === 'string';
  }

  /** Where the item in arrival ends, if at this byte: behind it, or before it when the byte is no part of a scalar; else -1. */
  #endOfItem(code: number, index: number): number {
    if (this.#at === 'scalar') return isSpace(code) || code === COMMA || code === CLOSE ? index : -1;
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (code === BACKSLASH) this.#escaped = true;
      else if (code === QUOTE) {
        this.#inString = false;
        if (this.#at === 'string') return index + 1;
      }
    } else if (code === QUOTE) this.#inString = true;
    else if (code === OPEN || code === OPEN_BRACE) this.#depth++;
    else if (code === CLOSE || code === CLOSE_BRACE) {
      if (--this.#depth === 0) return index + 1;
    }
    return -1;
  }

  /** Reads a byte that belongs to no item, or is the first of one. */
  #behind(code: number): Position {
    if (this.#at === 'begin' && code === OPEN) return 'first item';
    if (code === CLOSE && (this.#at === 'first item' || this.#at === 'behind item')) return 'end';
    if (code === COMMA && this.#at === 'behind item') return 'next item';
    if (code === COMMA || code === CLOSE || (this.#at !== 'first item' && this.#at !== 'next item')) {
      throw this.#invalid(`unexpected ${JSON.stringify(String.fromCharCode(code))}`);
    }
    if (code === QUOTE) {
      this.#inString = true;
      return 'string';
    }
    if (code !== OPEN && code !== OPEN_BRACE) return 'scalar';
    this.#depth = 1;
    return 'structure';
  }

  #keep(bytes: Uint8Array): void {
    this.#size += bytes.length;
    if (this.#size > this.options.maxItemBytes) throw this.options.tooLarge();
    this.#item.push(bytes);
  }

  #complete(): void {
    const bytes = this.#item.length === 1 ? this.#item[0]! : Buffer.concat(this.#item);
    this.#item = [];
    this.#size = 0;
    this.#ready.push(this.options.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)));
  }

  #invalid(what: string): Error {
    return this.options.invalid(what);
  }
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
