import type { Clock } from '../clock/clock.js';
import { coreError, type ChassisError } from '../errors/index.js';
import type { LifecycleStep, LifecycleTiming } from './lifecycle-step.js';

/** One step in one phase, under way or over. */
export interface StepRun {
  readonly step: LifecycleStep;
  readonly phase: 'start' | 'stop';
  readonly beganMs: number;
  tookMs: number | undefined;
  outcome: LifecycleTiming['outcome'];
}

/** How long a step may take. */
export interface StepTerms {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** When the signal aborts, the step's own does, and it gets `graceMs` more from then on. */
  readonly cut?: { readonly signal: AbortSignal; readonly graceMs: number };
}

/**
 * Waits for a step no longer than its deadline; one that goes on after it is left to itself, its signal aborted. Never rejects.
 *
 * @returns what is wrong with the step, naming it: `LIFECYCLE_FAILED` or `LIFECYCLE_TIMEOUT`
 */
export async function runStep(run: StepRun, terms: StepTerms): Promise<ChassisError | undefined> {
  const { step, phase } = run;
  const stopper = new AbortController();
  const over = new AbortController();
  try {
    const limit = limitOf(terms, stopper, over.signal);
    // Asynchronous, as a step may throw before it returns a promise.
    const work = (async () => step[phase]?.(stopper.signal))();
    const lateAfterMs = await Promise.race([work.then(() => undefined), limit]);
    run.outcome = lateAfterMs === undefined ? 'done' : 'timed out';
    return lateAfterMs === undefined ? undefined : timedOut(run, lateAfterMs);
  } catch (error) {
    run.outcome = 'failed';
    const text = error instanceof Error ? error.message : String(error);
    return coreError('LIFECYCLE_FAILED', `${phase} step "${step.name}" failed: ${text}`, { cause: error });
  } finally {
    over.abort();
    run.tookMs = terms.clock.elapsed() - run.beganMs;
  }
}

function timedOut({ phase, step }: StepRun, afterMs: number): ChassisError {
  return coreError('LIFECYCLE_TIMEOUT', `${phase} step "${step.name}" did not end in ${Math.round(afterMs)} ms`);
}

/** Resolves with the milliseconds that were granted, once they are over. */
function limitOf({ clock, timeoutMs, cut }: StepTerms, stopper: AbortController, over: AbortSignal): Promise<number> {
  return new Promise((resolve) => {
    // Sleeps rather than sets a timer: a step that hangs without a handle must not let the process end before it is named.
    const grant = (ms: number): void =>
      void clock.sleep(ms, over).then(
        () => {
          stopper.abort(coreError('LIFECYCLE_TIMEOUT', `the time of the step is over: ${Math.round(ms)} ms`));
          resolve(ms);
        },
        () => undefined,
      );
    const shorten = (): void => {
      stopper.abort(cut?.signal.reason);
      grant(cut?.graceMs ?? 0);
    };
    grant(timeoutMs);
    cut?.signal.addEventListener('abort', shorten, { once: true, signal: over });
  });
}
