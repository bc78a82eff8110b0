import type { Reply } from '@ts-chassis/core';
import type { Exchange } from './exchange.js';
import { writeHead } from './write-head.js';

/**
 * Writes a stream as it comes, no faster than the client reads: a JSON array of its items, or its bytes and texts one after another when the
 * operation produces no JSON. A source that fails before its first item fails as a value does; later the connection is broken off, so
 * that nobody takes the part for the whole. When the client goes away the source is ended.
 *
 * @throws what the source throws before its first item
 */
export async function writeStream(exchange: Exchange, reply: Reply, source: AsyncIterable<unknown>): Promise<void> {
  const { response, route } = exchange;
  const items = source[Symbol.asyncIterator]();
  const first = await items.next();
  const isRaw = !route.reply.isJson || (route.reply.sendsBytes && first.value instanceof Uint8Array);
  const type = isRaw && route.reply.isJson ? 'application/octet-stream' : route.reply.contentType;
  const writer: ItemWriter = isRaw ? new RawWriter() : new ArrayWriter(route.reply.serialize);
  let pending: string | Uint8Array;
  try {
    pending = first.done ? '' : writer.item(first.value);
    writeHead(exchange, reply, { status: reply.status ?? route.reply.status, type });
  } catch (error) {
    await endSource(items);
    throw error;
  }
  if (exchange.request.method === 'HEAD' || exchange.gone) {
    response.end();
    return endSource(items);
  }
  await new StreamWriting(exchange, items, writer).run(first, pending);
}

interface ItemWriter {
  readonly end: string;
  readonly empty: string;
  item(value: unknown): string | Uint8Array;
}

class ArrayWriter implements ItemWriter {
  readonly end = ']';
  readonly empty = '[]';
  #separator = '[';

  constructor(private readonly serialize: (value: unknown) => string | undefined) {}

  item(value: unknown): string {
    // The line's end completes a number, so that a reader need not wait for the next item to have this one.
    const text = `${this.#separator}${this.serialize(value) ?? 'null'}\n`;
    this.#separator = ',';
    return text;
  }
}

class RawWriter implements ItemWriter {
  readonly end = '';
  readonly empty = '';

  item(value: unknown): string | Uint8Array {
    return value instanceof Uint8Array ? value : String(value);
  }
}

class StreamWriting {
  #gone = false;
  #wake: (() => void) | undefined;

  constructor(
    private readonly exchange: Exchange,
    private readonly items: AsyncIterator<unknown>,
    private readonly writer: ItemWriter,
  ) {}

  async run(first: IteratorResult<unknown>, pending: string | Uint8Array): Promise<void> {
    const { exchange, items, writer } = this;
    const { response } = exchange;
    exchange.onGone = () => this.#leave();
    response.on('drain', () => this.#wake?.());
    try {
      if (!first.done) await this.#write(pending);
      for (let next = first; !next.done && !this.#gone;) {
        next = await items.next();
        if (!next.done && !this.#gone) await this.#write(writer.item(next.value));
      }
    } catch (error) {
      response.destroy();
      if (!this.#gone) throw error;
    }
    if (this.#gone) return;
    exchange.onGone = undefined;
    response.end(first.done ? writer.empty : writer.end);
  }

  async #write(chunk: string | Uint8Array): Promise<void> {
    if (this.exchange.response.write(chunk) || this.#gone) return;
    await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = undefined;
  }

  #leave(): void {
    this.#gone = true;
    this.#wake?.();
    void endSource(this.items);
  }
}

/** Nobody waits for its last words. */
async function endSource(items: AsyncIterator<unknown>): Promise<void> {
  try {
    await items.return?.();
  } catch {
    // The reader is gone: there is nobody to tell.
  }
}
