/**
 * Undoes something once; calling it again does nothing.
 *
 * @example
 * ```ts
 * const stop: Disposer = clock.after(1000, tick);
 * stop();
 * ```
 */
export type Disposer = () => void;

/**
 * All time of an application. Whatever waits, expires or measures takes one of these, so that tests advance it by hand.
 *
 * @example
 * ```ts
 * const began = clock.elapsed();
 * await clock.sleep(50, signal);
 * console.log(clock.elapsed() - began);
 * ```
 */
export interface Clock {
  /** Wall time in milliseconds since the epoch; may jump. */
  now(): number;
  /** Monotonic milliseconds from an arbitrary start; deadlines and durations use it. */
  elapsed(): number;
  /** Runs something once after a delay in milliseconds; never keeps the process alive by itself. */
  after(ms: number, run: () => void): Disposer;
  /**
   * Resolves after a delay in milliseconds; keeps the process alive while waited for.
   *
   * @throws the signal's reason, when it aborts first
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
