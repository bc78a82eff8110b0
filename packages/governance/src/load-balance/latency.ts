/** How much an older average counts at most beside a new sample, so that a burst of calls moves it too. */
const HEAVIEST = 0.95;
/** What an instance is taken for that has calls under way and never answered one. */
const UNKNOWN_MS = 1000;

/**
 * What the calls to one instance took: an average weighted by age, and a peak that rises at once and sinks with time, as in Finagle's peak EWMA. Pure:
 * times are given in milliseconds.
 */
export class Latency {
  #averageMs: number | undefined;
  #peakMs = 0;
  #at = 0;

  get averageMs(): number | undefined {
    return this.#averageMs;
  }

  observe(ms: number, now: number, decayMs: number): void {
    const before = this.#averageMs;
    if (before === undefined) {
      this.#averageMs = this.#peakMs = ms;
    } else {
      const old = Math.min(aged(now - this.#at, decayMs), HEAVIEST);
      this.#averageMs = before * old + ms * (1 - old);
      const peak = this.peakMs(now, decayMs);
      this.#peakMs = ms >= peak ? ms : Math.max(peak * old + ms * (1 - old), ms);
    }
    this.#at = now;
  }

  /** The peak as it stands now: who is not called is forgiven in time. */
  peakMs(now: number, decayMs: number): number {
    return now > this.#at ? this.#peakMs * aged(now - this.#at, decayMs) : this.#peakMs;
  }

  /** The peak times the calls under way and the one to come. An instance that never answered is free to try while nothing is under way there. */
  cost(inFlight: number, now: number, decayMs: number): number {
    if (this.#averageMs === undefined) return inFlight === 0 ? 0 : UNKNOWN_MS * (inFlight + 1);
    return this.peakMs(now, decayMs) * (inFlight + 1);
  }
}

function aged(ms: number, decayMs: number): number {
  return decayMs > 0 ? Math.exp(-Math.max(ms, 0) / decayMs) : 0;
}
