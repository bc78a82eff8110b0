import type { Clock, Recorder } from '@ts-chassis/core';
import type { Sample, Series } from './exported.js';
import { QuantileSketch } from './quantile-sketch.js';

/** Those of go-chassis. */
const QUANTILES = [0.5, 0.9, 0.99] as const;

/** Quantiles of the last minutes, beside sum and count of all time; for dashboards that were made for go-chassis, a histogram says more. */
export class SummarySeries implements Recorder, Series {
  readonly #sketch: QuantileSketch;
  /** Count and sum. */
  readonly #cells = new Float64Array(2);

  constructor(clock: Clock) {
    this.#sketch = new QuantileSketch(clock);
  }

  record(value: number): void {
    if (value !== value) return;
    this.#cells[0]! += 1;
    this.#cells[1]! += value;
    this.#sketch.record(value);
  }

  *samples(): Iterable<Sample> {
    const values = this.#sketch.quantiles(QUANTILES);
    for (const [index, quantile] of QUANTILES.entries()) yield { value: values[index]!, label: ['quantile', quantile] };
    yield { value: this.#cells[1]!, suffix: '_sum' };
    yield { value: this.#cells[0]!, suffix: '_count' };
  }

  reset(): void {
    this.#cells.fill(0);
    this.#sketch.reset();
  }
}
