import type { Clock } from '@ts-chassis/core';

/** Further apart, the wall clock was set. */
const DRIFT_MS = 50;

/** Wall time with the resolution of the monotonic clock: whole milliseconds would put a child before its parent. */
export class SpanTime {
  #offsetMs: number;

  constructor(private readonly clock: Clock) {
    this.#offsetMs = clock.now() - clock.elapsed();
  }

  /**
   * Milliseconds since the epoch, with fractions.
   *
   * @param elapsedMs - the reading of the monotonic clock to tell it for, just taken
   */
  now(elapsedMs = this.clock.elapsed()): number {
    const wallMs = this.clock.now();
    if (Math.abs(wallMs - elapsedMs - this.#offsetMs) > DRIFT_MS) this.#offsetMs = wallMs - elapsedMs;
    return this.#offsetMs + elapsedMs;
  }

  /** Monotonic milliseconds, for durations. */
  elapsed(): number {
    return this.clock.elapsed();
  }
}
