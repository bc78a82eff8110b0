import { sameLimit, type Limit } from './limit.js';

/** Sums of fractions of tokens are never quite whole. */
const ROUNDING = 1e-9;

/**
 * A bucket of tokens, filled lazily: a call takes one. In any time t it lets through at most `burst + rate * t`. Starts full.
 *
 * Time is monotonic milliseconds; a time before the last one counts as the last one.
 */
export class TokenBucket {
  #limit: Limit;
  #perMs: number;
  /** Below zero by as many as wait for their turn. */
  #tokens: number;
  #at: number;

  constructor(limit: Limit, now: number) {
    this.#limit = limit;
    this.#perMs = limit.rate / 1000;
    this.#tokens = limit.burst;
    this.#at = now;
  }

  get limit(): Limit {
    return this.#limit;
  }

  /**
   * Takes a token, or of the next ones when its turn comes within `maxWaitMs`.
   *
   * @returns how long to wait before going on, 0 for at once; when it is refused, minus the time until there is a token again, `-Infinity`
   *   when there never will be
   */
  take(now: number, maxWaitMs = this.#limit.maxWaitMs): number {
    if (this.#perMs <= 0) return -Infinity;
    this.#fill(now);
    const lacking = 1 - this.#tokens;
    if (lacking <= ROUNDING) {
      this.#tokens -= 1;
      return 0;
    }
    const wait = lacking / this.#perMs;
    if (wait > maxWaitMs) return -wait;
    this.#tokens -= 1;
    return wait;
  }

  /** Another limit from now on: it is as full as it was, in proportion; who waits keeps the turn. */
  change(limit: Limit, now: number): void {
    if (sameLimit(limit, this.#limit)) return;
    this.#fill(now);
    if (this.#tokens > 0) this.#tokens *= limit.burst / this.#limit.burst;
    this.#limit = limit;
    this.#perMs = limit.rate / 1000;
  }

  #fill(now: number): void {
    const passed = now - this.#at;
    if (passed <= 0) return;
    this.#at = now;
    if (this.#perMs > 0) this.#tokens = Math.min(this.#limit.burst, this.#tokens + passed * this.#perMs);
  }
}
