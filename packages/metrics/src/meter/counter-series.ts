import type { Recorder } from '@ts-chassis/core';
import type { Sample, Series } from './exported.js';

/** What only grows; what would make it shrink, or is no number, is left out. */
export class CounterSeries implements Recorder, Series {
  /** A number in a typed array changes in place; in a field it may be made anew each time. */
  readonly #cell = new Float64Array(1);

  record(value: number): void {
    if (value > 0) this.#cell[0]! += value;
  }

  samples(): readonly Sample[] {
    return [{ value: this.#cell[0]! }];
  }

  reset(): void {
    this.#cell[0] = 0;
  }
}
