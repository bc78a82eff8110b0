import type { Row } from '../cells.js';
import type { EjectionSettings } from './ejection-settings.js';

/** Numbers of an ejection in its row: when the window began, the calls in it, those that failed and were slow, and the failures in a row. */
const [WINDOW_FROM, CALLS, FAILED, SLOW, IN_A_ROW] = [3, 4, 5, 6, 7] as const;

/** How one call ended. */
export interface CallSample {
  readonly failed: boolean;
  readonly tookMs: number;
  readonly now: number;
}

/**
 * Takes in how a call to an instance ended that is not left out. All it counts lies in the row, beside the latency that every call reads anyway.
 *
 * @returns why the instance should be ejected; undefined when it should not
 */
export function judgeCall(
  row: Row,
  { failed, tookMs, now }: CallSample,
  settings: EjectionSettings,
): string | undefined {
  const { values, from } = row;
  if (now - values[from + WINDOW_FROM]! >= settings.ejectWindowMs) beginWindow(row, now);
  values[from + CALLS]! += 1;
  values[from + IN_A_ROW] = failed ? values[from + IN_A_ROW]! + 1 : 0;
  if (failed) values[from + FAILED]! += 1;
  if (settings.slowCallMs > 0 && tookMs >= settings.slowCallMs) values[from + SLOW]! += 1;
  return settings.ejection ? reasonOf(row, settings) : undefined;
}

/** Begins anew: the instance is well again. */
export function forgetCalls(row: Row, now: number): void {
  row.values[row.from + IN_A_ROW] = 0;
  beginWindow(row, now);
}

function reasonOf({ values, from }: Row, settings: EjectionSettings): string | undefined {
  const { ejectAfterFailures, ejectMinimumCalls, ejectFailurePercent, ejectSlowPercent } = settings;
  const inARow = values[from + IN_A_ROW]!;
  if (ejectAfterFailures > 0 && inARow >= ejectAfterFailures) return `${inARow} failures in a row`;
  const calls = values[from + CALLS]!;
  if (calls < ejectMinimumCalls) return undefined;
  const failed = values[from + FAILED]!;
  if (reaches(failed, calls, ejectFailurePercent)) return `${failed} of ${calls} calls failed`;
  const slow = values[from + SLOW]!;
  if (reaches(slow, calls, ejectSlowPercent)) return `${slow} of ${calls} calls were slow`;
  return undefined;
}

function beginWindow({ values, from }: Row, now: number): void {
  values.fill(0, from + CALLS, from + SLOW + 1);
  values[from + WINDOW_FROM] = now;
}

function reaches(part: number, whole: number, percent: number): boolean {
  return percent > 0 && part * 100 >= percent * whole;
}
