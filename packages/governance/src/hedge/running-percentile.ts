/** How many samples are looked at. */
const WINDOW = 128;
/** With fewer nothing is known. */
const ENOUGH = 20;
/** How many samples may come before it is reckoned anew. */
const STALE = 8;

/**
 * A percentile of the last 128 samples by nearest rank, at most seven samples behind. A window rather than a decaying sketch: what is slow now must
 * show within a hundred calls, and be forgotten within as many.
 */
export class RunningPercentile {
  readonly #samples = new Float64Array(WINDOW);
  #count = 0;
  #value: number | undefined;

  /** @param percentile - from 0 to 100 */
  constructor(public percentile: number) {}

  add(sample: number): void {
    this.#samples[this.#count % WINDOW] = sample;
    this.#count += 1;
    if (this.#count < ENOUGH) return;
    if (this.#value === undefined || this.#count % STALE === 0) this.#value = this.#reckoned();
  }

  /** Undefined while fewer than twenty samples came. */
  get value(): number | undefined {
    return this.#value;
  }

  #reckoned(): number {
    const sorted = this.#samples.slice(0, Math.min(this.#count, WINDOW)).sort();
    const rank = Math.ceil((this.percentile / 100) * sorted.length);
    return sorted[Math.max(rank, 1) - 1]!;
  }
}
