import { Cells, type Row } from './cells.js';

/** How much an older average counts at most beside a new sample, so that a burst of calls moves it too. */
const HEAVIEST = 0.95;
/** What an instance is taken for that has calls under way and never answered one. */
const UNKNOWN_MS = 1000;

/** Numbers of a latency in its row: its average, its peak, and when they were taken. */
const [AVERAGE, PEAK, AT] = [0, 1, 2] as const;

/**
 * What the calls to one instance took: an average weighted by age, and a peak that rises at once and sinks with time, as in Finagle's peak EWMA. Pure:
 * times are given in milliseconds.
 */
export class Latency implements Row {
  readonly values: Float64Array;
  readonly from: number;

  constructor({ values, from }: Row = new Cells().take()) {
    this.from = from;
    this.values = values;
    this.values[this.from + AVERAGE] = Number.NaN;
  }

  /** Undefined before the first sample. */
  get latencyMs(): number | undefined {
    const average = this.values[this.from + AVERAGE]!;
    return Number.isNaN(average) ? undefined : average;
  }

  observe(ms: number, now: number, decayMs: number): void {
    const values = this.values;
    const from = this.from;
    const before = values[from + AVERAGE]!;
    if (Number.isNaN(before)) {
      values[from + AVERAGE] = values[from + PEAK] = ms;
    } else {
      const weight = aged(now - values[from + AT]!, decayMs);
      const old = Math.min(weight, HEAVIEST);
      const peak = values[from + PEAK]! * weight;
      values[from + AVERAGE] = before * old + ms * (1 - old);
      values[from + PEAK] = ms >= peak ? ms : peak * old + ms * (1 - old);
    }
    values[from + AT] = now;
  }

  /** The peak as it stands now: who is not called is forgiven in time. */
  peakMs(now: number, decayMs: number): number {
    const age = now - this.values[this.from + AT]!;
    const peak = this.values[this.from + PEAK]!;
    return age > 0 ? peak * aged(age, decayMs) : peak;
  }

  /** The peak times the calls under way and the one to come. An instance that never answered is free to try while nothing is under way there. */
  costWith(inFlight: number, now: number, decayMs: number): number {
    if (Number.isNaN(this.values[this.from + AVERAGE]!)) return inFlight === 0 ? 0 : UNKNOWN_MS * (inFlight + 1);
    return this.peakMs(now, decayMs) * (inFlight + 1);
  }
}

function aged(ms: number, decayMs: number): number {
  return decayMs > 0 ? Math.exp(-Math.max(ms, 0) / decayMs) : 0;
}
