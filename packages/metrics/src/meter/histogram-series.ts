import type { Recorder } from '@ts-chassis/core';
import type { Sample, Series } from './exported.js';

/** Counts values by bucket; what is no number is left out. */
export class HistogramSeries implements Recorder, Series {
  readonly #bounds: Float64Array;
  /** One count for each bucket, that of `+Inf`, and the sum. */
  readonly #cells: Float64Array;

  /** @param bounds - upper bounds, rising; shared by the series of an instrument */
  constructor(bounds: Float64Array) {
    this.#bounds = bounds;
    this.#cells = new Float64Array(bounds.length + 2);
  }

  record(value: number): void {
    if (value !== value) return;
    const bounds = this.#bounds;
    const cells = this.#cells;
    let bucket = 0;
    // most values fall into the first few
    while (bucket < bounds.length && value > bounds[bucket]!) bucket++;
    cells[bucket]! += 1;
    cells[bounds.length + 1]! += value;
  }

  *samples(): Iterable<Sample> {
    const bounds = this.#bounds;
    let count = 0;
    for (let bucket = 0; bucket <= bounds.length; bucket++) {
      count += this.#cells[bucket]!;
      yield { value: count, suffix: '_bucket', label: ['le', bounds[bucket] ?? '+Inf'] };
    }
    yield { value: this.#cells[bounds.length + 1]!, suffix: '_sum' };
    yield { value: count, suffix: '_count' };
  }

  reset(): void {
    this.#cells.fill(0);
  }
}
