import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 4096;
const NO_SPAN = '0'.repeat(16);

/**
 * Random ids, drawn and written as hex in bulk: asking for eight bytes at a time would cost more than all the rest of an unrecorded span.
 */
export class IdSource {
  readonly #pool = Buffer.allocUnsafeSlow(POOL_BYTES);
  #hex = '';
  #at = POOL_BYTES;

  /** @param fill - fills a buffer with random bytes; default those of the operating system's generator */
  constructor(private readonly fill: (pool: Buffer) => void = randomFillSync) {}

  /** The last 32 bits of a trace id: enough to decide whether it is recorded. */
  word(): number {
    return this.#pool.readInt32BE(this.#take(4));
  }

  /** A trace id of 128 bits that ends with the word. */
  traceId(word: number): string {
    return this.#text(12) + (word >>> 0).toString(16).padStart(8, '0');
  }

  /** A span id of 64 bits, never the invalid one of zeros only. */
  spanId(): string {
    let id = this.#text(8);
    while (id === NO_SPAN) id = this.#text(8);
    return id;
  }

  #text(bytes: number): string {
    const at = this.#take(bytes);
    return this.#hex.slice(2 * at, 2 * (at + bytes));
  }

  #take(bytes: number): number {
    if (this.#at + bytes > POOL_BYTES) {
      this.fill(this.#pool);
      this.#hex = this.#pool.toString('hex');
      this.#at = 0;
    }
    const at = this.#at;
    this.#at += bytes;
    return at;
  }
}
