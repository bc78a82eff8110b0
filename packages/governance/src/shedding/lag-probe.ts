import type { Clock } from '@ts-chassis/core';

/** How late the event loop runs, in milliseconds. */
export interface Lag {
  readonly lagMs: number;
}

const EVERY_MS = 50;
/** Over what time lateness is averaged: a single pause is no overload. */
const AVERAGE_MS = 500;
/** Beats without a reader after which it stops. */
const IDLE_BEATS = 100;

/**
 * Measures by how much a timer comes late, averaged by time over half a second. It beats only while somebody reads it, so that an idle process
 * stays idle.
 */
export class LagProbe implements Lag {
  #lagMs = 0;
  #unread = 0;
  #isBeating = false;

  constructor(private readonly clock: Clock) {}

  get lagMs(): number {
    this.#unread = 0;
    if (!this.#isBeating) {
      this.#isBeating = true;
      this.#lagMs = 0;
      this.#beat(this.clock.elapsed());
    }
    return this.#lagMs;
  }

  #beat(began: number): void {
    this.clock.after(EVERY_MS, () => {
      const now = this.clock.elapsed();
      const passed = now - began;
      const late = Math.max(0, passed - EVERY_MS);
      this.#lagMs += (late - this.#lagMs) * (1 - Math.exp(-passed / AVERAGE_MS));
      this.#unread += 1;
      if (this.#unread > IDLE_BEATS) this.#isBeating = false;
      else this.#beat(now);
    });
  }
}
