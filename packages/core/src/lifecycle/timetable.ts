import type { LifecycleTiming } from './lifecycle-step.js';

/**
 * Shows what took how long, one line a step, in the order they ran, the share of its phase beside it.
 *
 * @param timings - of `lifecycle.timings`
 *
 * @example
 * ```ts
 * console.log(timetable(lifecycle.timings));
 * // start   42.1 ms  84%  open pool
 * // start    8.0 ms  16%  listen on rest
 * ```
 */
export function timetable(timings: readonly LifecycleTiming[]): string {
  const total = (phase: string): number =>
    timings.reduce((sum, timing) => (timing.phase === phase ? sum + timing.ms : sum), 0);
  const totals = { start: total('start'), stop: total('stop') };
  return timings
    .map(({ step, phase, ms, outcome }) => {
      const share = totals[phase] > 0 ? Math.round((ms / totals[phase]) * 100) : 0;
      const note = outcome === 'done' ? '' : ` (${outcome})`;
      return `${phase.padEnd(5)} ${ms.toFixed(1).padStart(9)} ms ${String(share).padStart(3)}%  ${step}${note}`;
    })
    .join('\n');
}
