/** Numbers of one row: those of a latency first, then those of an ejection. Eight of eight bytes, as much as a cache holds in one line. */
const NUMBERS = 8;
/** Rows that lie side by side. */
const TOGETHER = 64;

/** Where a row begins. */
export interface Row {
  readonly values: Float64Array;
  readonly from: number;
}

/**
 * Where the numbers lie that a call to one of many instances reads and writes. Kept as fields they would be objects of their own each, and a pick among ten
 * thousand instances would mostly wait for memory.
 */
export class Cells {
  #values = new Float64Array(0);
  #used = 0;

  /** One more row, all zero. */
  take(): Row {
    if (this.#used === this.#values.length) {
      this.#values = new Float64Array(NUMBERS * TOGETHER);
      this.#used = 0;
    }
    const from = this.#used;
    this.#used += NUMBERS;
    return { values: this.#values, from };
  }
}
