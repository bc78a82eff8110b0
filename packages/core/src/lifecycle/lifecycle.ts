import type { Clock } from '../clock/clock.js';
import { coreError, type ChassisError } from '../errors/index.js';
import type { Logger } from '../telemetry/logger.js';
import type { LifecycleStep, LifecycleTiming } from './lifecycle-step.js';
import { Readiness } from './readiness.js';
import { runStep, type StepRun } from './run-step.js';

/**
 * What {@link createLifecycle} takes.
 *
 * @example
 * ```ts
 * const options: LifecycleOptions = { clock: systemClock, logger, steps: [openPool, listen, register] };
 * ```
 */
export interface LifecycleOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** In the order of start. */
  readonly steps: readonly LifecycleStep[];
  /** Told when start has ended and when stop begins; default one of its own. */
  readonly readiness?: Readiness;
  /** For steps that say nothing else, in milliseconds; default 60,000. */
  readonly startTimeoutMs?: number;
  /** For steps that say nothing else, in milliseconds; default 10,000. */
  readonly stopTimeoutMs?: number;
}

/**
 * How a stop went.
 *
 * @example
 * ```ts
 * const { clean, faults } = await lifecycle.stop();
 * process.exitCode = clean ? 0 : 1;
 * ```
 */
export interface StopReport {
  /** Whether every step ended well and in time. */
  readonly clean: boolean;
  /** What was wrong, each naming its step: `LIFECYCLE_FAILED`, `LIFECYCLE_TIMEOUT`. */
  readonly faults: readonly ChassisError[];
  readonly ms: number;
}

/**
 * An ordered start and stop. Nothing happens before `start()`.
 *
 * @example
 * ```ts
 * const lifecycle = createLifecycle({ clock: systemClock, logger, steps });
 * await lifecycle.start();
 * ```
 */
export function createLifecycle(options: LifecycleOptions): Lifecycle {
  return new Lifecycle(options);
}

/**
 * Starts steps in order and stops those that were begun in reverse, each within its time. Made by {@link createLifecycle}.
 *
 * @example
 * ```ts
 * console.log(timetable(lifecycle.timings));
 * ```
 */
export class Lifecycle {
  readonly readiness: Readiness;
  /** Resolves when a stop has ended, whoever asked for it. */
  readonly stopped: Promise<StopReport>;
  readonly #options: LifecycleOptions;
  readonly #runs: StepRun[] = [];
  readonly #begun: LifecycleStep[] = [];
  readonly #cut = new AbortController();
  #tellStopped!: (report: StopReport) => void;
  #failure: ChassisError | undefined;
  #starting: Promise<void> | undefined;
  #stopping: Promise<StopReport> | undefined;
  /** The step under way in either phase; never rejects. */
  #running: Promise<ChassisError | undefined> = Promise.resolve(undefined);

  constructor(options: LifecycleOptions) {
    this.#options = options;
    this.readiness = options.readiness ?? new Readiness(options.clock);
    this.stopped = new Promise((resolve) => {
      this.#tellStopped = resolve;
    });
  }

  /** How long each step took so far, in order. */
  get timings(): readonly LifecycleTiming[] {
    const now = this.#options.clock.elapsed();
    return this.#runs.map(({ step, phase, tookMs, beganMs, outcome }) => {
      return { step: step.name, phase, ms: tookMs ?? now - beganMs, outcome };
    });
  }

  /** Why start failed by itself: it was not stopped by anyone. */
  get failure(): ChassisError | undefined {
    return this.#failure;
  }

  /** The step under way. */
  get current(): LifecycleTiming | undefined {
    return this.timings.find((timing) => timing.outcome === 'running');
  }

  /**
   * Runs the steps in order. When one fails, those begun are stopped in reverse first. A second call shares the first one's outcome.
   *
   * @throws ChassisError `LIFECYCLE_FAILED` or `LIFECYCLE_TIMEOUT`, naming the step; `LIFECYCLE_FAILED` too when `stop` was called meanwhile
   */
  start(): Promise<void> {
    return (this.#starting ??= this.#start());
  }

  /**
   * Stops what was begun, in reverse; a step that fails or takes too long is logged and the next one follows. Called during start, it
   * aborts the step under way, which gets its stop time to end. Further calls share the first one's outcome. Never rejects.
   */
  stop(): Promise<StopReport> {
    if (!this.#stopping) {
      // At once, before anything else is waited for.
      this.readiness.markStopping();
      this.#cut.abort(coreError('LIFECYCLE_FAILED', 'the application is stopped'));
      this.#stopping = this.#stop();
    }
    return this.#stopping;
  }

  async #start(): Promise<void> {
    const { clock, logger, steps } = this.#options;
    const began = clock.elapsed();
    for (const step of steps) {
      if (this.#cut.signal.aborted) break;
      this.#begun.push(step);
      this.#running = this.#run(step, 'start');
      const fault = await this.#running;
      if (this.#cut.signal.aborted) return this.#giveUp(fault);
      if (fault) return this.#fail(fault);
    }
    if (this.#cut.signal.aborted) return this.#giveUp(undefined);
    this.readiness.markReady();
    logger.debug('started', { ms: Math.round(clock.elapsed() - began) });
  }

  async #fail(fault: ChassisError): Promise<never> {
    this.#failure = fault;
    // The fault is start's to report, not stop's.
    this.#running = Promise.resolve(undefined);
    await this.stop();
    throw fault;
  }

  async #giveUp(cause: ChassisError | undefined): Promise<never> {
    await this.stop();
    const last = this.#begun.at(-1);
    const place = last ? `at step "${last.name}"` : 'before its first step';
    throw coreError('LIFECYCLE_FAILED', `start was given up ${place}: the application was stopped`, { cause });
  }

  async #stop(): Promise<StopReport> {
    const { clock, logger } = this.#options;
    const began = clock.elapsed();
    const faults: ChassisError[] = [];
    const note = (step: string, fault: ChassisError | undefined): void => {
      if (!fault) return;
      faults.push(fault);
      logger.error(`${fault.message}; stop goes on`, { step, error: fault });
    };
    // A step that calls stop itself is not noted as running before it returns.
    await Promise.resolve();
    const cutShort = await this.#running;
    // A step that was given up may well fail of it; one that does not even end is a fault.
    if (cutShort?.code === 'LIFECYCLE_TIMEOUT' && this.#begun.length > 0) note(this.#begun.at(-1)!.name, cutShort);
    for (const step of [...this.#begun].reverse()) {
      this.#running = this.#run(step, 'stop');
      note(step.name, await this.#running);
    }
    const ms = Math.round(clock.elapsed() - began);
    logger.debug('stopped', { ms, clean: faults.length === 0 });
    const report: StopReport = { clean: faults.length === 0, faults, ms };
    this.#tellStopped(report);
    return report;
  }

  async #run(step: LifecycleStep, phase: 'start' | 'stop'): Promise<ChassisError | undefined> {
    if (!step[phase]) return undefined;
    const { clock, startTimeoutMs = 60_000, stopTimeoutMs = 10_000 } = this.#options;
    const stopMs = timeOf(step.stopTimeoutMs, stopTimeoutMs);
    const run: StepRun = { step, phase, beganMs: clock.elapsed(), tookMs: undefined, outcome: 'running' };
    this.#runs.push(run);
    if (phase === 'stop') return runStep(run, { clock, timeoutMs: stopMs });
    const timeoutMs = timeOf(step.startTimeoutMs, startTimeoutMs);
    return runStep(run, { clock, timeoutMs, cut: { signal: this.#cut.signal, graceMs: stopMs } });
  }
}

function timeOf(own: number | (() => number) | undefined, common: number): number {
  try {
    return (typeof own === 'function' ? own() : own) ?? common;
  } catch {
    // Configuration that cannot be read must not keep a step from being stopped.
    return common;
  }
}
