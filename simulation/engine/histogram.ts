const SMALLEST_MS = 0.01;
const GROWTH = Math.log(1.01);
const BUCKETS = 2048;

/** Durations in milliseconds, each within one per cent, in fixed memory. */
export class Histogram {
  readonly #counts = new Float64Array(BUCKETS);
  #count = 0;
  #sum = 0;

  get count(): number {
    return this.#count;
  }

  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count;
  }

  add(ms: number): void {
    const index = ms <= SMALLEST_MS ? 0 : Math.min(BUCKETS - 1, Math.floor(Math.log(ms / SMALLEST_MS) / GROWTH) + 1);
    this.#counts[index]! += 1;
    this.#count += 1;
    this.#sum += ms;
  }

  /** The value that a share of all does not exceed; 0 when there is none. */
  quantile(share: number): number {
    const wanted = Math.max(1, Math.ceil(share * this.#count));
    let seen = 0;
    for (let index = 0; index < BUCKETS; index++) {
      seen += this.#counts[index]!;
      if (seen >= wanted) return index === 0 ? 0 : SMALLEST_MS * Math.exp((index - 0.5) * GROWTH);
    }
    return 0;
  }
}
