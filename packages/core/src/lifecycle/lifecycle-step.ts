/**
 * One named step of a life: what it does at start and what undoes it at stop; either may be missing. Steps start in their order and stop
 * in the reverse one.
 *
 * @example
 * ```ts
 * const step: LifecycleStep = {
 *   name: 'listen on rest',
 *   start: () => server.listen(),
 *   stop: (signal) => server.drain(signal),
 *   stopTimeoutMs: () => config.get('servicecomb.lifecycle.drainMs', 10_000),
 * };
 * ```
 */
export interface LifecycleStep {
  /** For messages and the time table. */
  readonly name: string;
  /** @param signal - aborts when the step's time is over or the application is stopped meanwhile */
  start?(signal: AbortSignal): void | Promise<void>;
  /**
   * Runs also when `start` failed or ran out of time half way, and must cope with that.
   *
   * @param signal - aborts when the step's time is over: what is still open then is closed by force
   */
  stop?(signal: AbortSignal): void | Promise<void>;
  /** In milliseconds, asked when the step begins; default that of the lifecycle. */
  readonly startTimeoutMs?: number | (() => number);
  /** In milliseconds, asked when the step begins; default that of the lifecycle. */
  readonly stopTimeoutMs?: number | (() => number);
}

/**
 * How long one step took, or has taken so far.
 *
 * @example
 * ```ts
 * const slow = lifecycle.timings.filter((timing) => timing.ms > 100);
 * ```
 */
export interface LifecycleTiming {
  readonly step: string;
  readonly phase: 'start' | 'stop';
  readonly ms: number;
  readonly outcome: 'running' | 'done' | 'failed' | 'timed out';
}
