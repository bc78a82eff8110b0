import type { GaugeRecorder } from '@ts-chassis/core';
import type { Sample, Series } from './exported.js';

/** What is set, or moved up and down. */
export class GaugeSeries implements GaugeRecorder, Series {
  readonly #cell = new Float64Array(1);

  record(value: number): void {
    this.#cell[0] = value;
  }

  add(change: number): void {
    this.#cell[0]! += change;
  }

  samples(): readonly Sample[] {
    return [{ value: this.#cell[0]! }];
  }

  reset(): void {
    this.#cell[0] = 0;
  }
}
