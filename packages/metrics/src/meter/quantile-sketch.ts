import type { Clock } from '@ts-chassis/core';

/** Neighbouring buckets differ by 5 %, so that a quantile is at most 2.5 % off. */
const GROWTH = 1.05;
const PER_LOG = 1 / Math.log(GROWTH);
const SMALLEST = 1e-3;
const LARGEST = 1e7;
const BUCKETS = bucketOf(LARGEST) + 1;

/** Quantiles speak of the last five to ten minutes: two halves take turns. */
const HALF_MS = 5 * 60_000;

/**
 * How positive values of the last minutes are spread, in buckets that grow with their values: recording costs one logarithm, whatever the number of
 * values.
 */
export class QuantileSketch {
  #current = new Uint32Array(BUCKETS);
  #previous = new Uint32Array(BUCKETS);
  #turnsMs: number;

  constructor(private readonly clock: Clock) {
    this.#turnsMs = clock.elapsed() + HALF_MS;
  }

  record(value: number): void {
    this.#turn();
    this.#current[bucketOf(Math.min(Math.max(value, SMALLEST), LARGEST))]! += 1;
  }

  /** The values that so many of all are not above, by share from 0 to 1; `NaN` when there was none. */
  quantiles(shares: readonly number[]): readonly number[] {
    this.#turn();
    const counts = this.#current.map((count, bucket) => count + this.#previous[bucket]!);
    const total = counts.reduce((sum, count) => sum + count, 0);
    return shares.map((share) => (total === 0 ? NaN : valueOf(rankedBucket(counts, Math.ceil(share * total)))));
  }

  reset(): void {
    this.#current.fill(0);
    this.#previous.fill(0);
  }

  #turn(): void {
    const nowMs = this.clock.elapsed();
    if (nowMs < this.#turnsMs) return;
    const isStale = nowMs >= this.#turnsMs + HALF_MS;
    [this.#current, this.#previous] = [this.#previous, this.#current];
    this.#current.fill(0);
    if (isStale) this.#previous.fill(0);
    this.#turnsMs = nowMs + HALF_MS;
  }
}

function bucketOf(value: number): number {
  return Math.round(Math.log(value / SMALLEST) * PER_LOG);
}

function valueOf(bucket: number): number {
  return SMALLEST * GROWTH ** bucket;
}

function rankedBucket(counts: Uint32Array, rank: number): number {
  let seen = 0;
  for (let bucket = 0; bucket < counts.length; bucket++) {
    seen += counts[bucket]!;
    if (seen >= Math.max(rank, 1)) return bucket;
  }
  return counts.length - 1;
}
