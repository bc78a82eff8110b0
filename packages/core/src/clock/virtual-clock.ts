import type { Clock, Disposer } from './clock.js';

interface Waiting {
  readonly at: number;
  readonly run: () => void;
}

/**
 * A clock that stands still until it is advanced by hand.
 *
 * @example
 * ```ts
 * const clock = new VirtualClock();
 * clock.after(1000, () => console.log('a second later'));
 * await clock.advance(1000);
 * ```
 */
export class VirtualClock implements Clock {
  #elapsed = 0;
  readonly #waiting = new Set<Waiting>();

  /** @param epochMs - the wall time at the start, in milliseconds since the epoch */
  constructor(private readonly epochMs = Date.UTC(2026, 0, 1)) {}

  now(): number {
    return this.epochMs + this.#elapsed;
  }

  elapsed(): number {
    return this.#elapsed;
  }

  after(ms: number, run: () => void): Disposer {
    const waiting = { at: this.#elapsed + Math.max(0, ms), run };
    this.#waiting.add(waiting);
    return () => void this.#waiting.delete(waiting);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const cancel = this.after(ms, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      const abort = (): void => {
        cancel();
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#waiting.size;
  }

  /**
   * Moves time on, runs what falls due in order, and lets promises settle between the timers.
   *
   * @param ms - how far, in milliseconds
   */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await settle();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#waiting.delete(next);
      this.#elapsed = Math.max(this.#elapsed, next.at);
      next.run();
      await settle();
    }
    this.#elapsed = end;
    await settle();
  }

  #next(end: number): Waiting | undefined {
    let first: Waiting | undefined;
    for (const waiting of this.#waiting) {
      if (waiting.at <= end && (!first || waiting.at < first.at)) first = waiting;
    }
    return first;
  }
}

/** One turn of the event loop: every promise that can settle has settled. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
