import type { LoadBalanceFields } from '../../policy/load-balance.js';

/** What decides about ejection. */
export type EjectionSettings = Pick<
  LoadBalanceFields,
  | 'ejection'
  | 'ejectAfterFailures'
  | 'ejectFailurePercent'
  | 'ejectSlowPercent'
  | 'slowCallMs'
  | 'ejectMinimumCalls'
  | 'ejectWindowMs'
  | 'ejectMs'
  | 'ejectMaximumMs'
>;

/** How one call ended. */
export interface CallSample {
  readonly failed: boolean;
  readonly tookMs: number;
  readonly now: number;
}

/** `in`: called like all others. `out`: left out. `due`: its time is over, one call may try it. `probing`: that call is under way. */
export type EjectionState = 'in' | 'out' | 'due' | 'probing';

/**
 * Whether one instance is left out: failures in a row, or too many failed or slow calls within a window. A state machine without a clock of its own; who
 * may be ejected at all (how many at a time) is decided outside.
 */
export class Ejection {
  state: EjectionState = 'in';
  /** While `out`: until when. */
  until = 0;
  #inARow = 0;
  #calls = 0;
  #failed = 0;
  #slow = 0;
  #windowFrom = 0;
  /** How often it was ejected without having been well for long in between. */
  #times = 0;
  #returnedAt = 0;

  /**
   * Takes in how a call ended while `in`.
   *
   * @returns why it should be ejected; undefined when it should not
   */
  judge(sample: CallSample, settings: EjectionSettings): string | undefined {
    const { failed, tookMs, now } = sample;
    if (now - this.#windowFrom >= settings.ejectWindowMs) this.#beginWindow(now);
    this.#calls += 1;
    this.#inARow = failed ? this.#inARow + 1 : 0;
    if (failed) this.#failed += 1;
    if (settings.slowCallMs > 0 && tookMs >= settings.slowCallMs) this.#slow += 1;
    return settings.ejection ? this.#reason(settings) : undefined;
  }

  /** Leaves it out; the time doubles with each time in a row. @returns for how long */
  eject(now: number, { ejectMs, ejectMaximumMs }: EjectionSettings): number {
    const well = now - this.#returnedAt;
    // each time span in which it was well takes one doubling back
    if (this.state === 'in' && ejectMs > 0) this.#times = Math.max(0, this.#times - Math.floor(well / ejectMs));
    const forMs = Math.min(ejectMs * 2 ** this.#times, Math.max(ejectMaximumMs, ejectMs));
    this.#times += 1;
    this.state = 'out';
    this.until = now + forMs;
    return forMs;
  }

  /** Its time may be over. @returns whether it is */
  expire(now: number): boolean {
    if (this.state !== 'out' || now < this.until) return false;
    this.state = 'due';
    return true;
  }

  /** A probe went well. */
  readmit(now: number): void {
    this.state = 'in';
    this.#returnedAt = now;
    this.#inARow = 0;
    this.#beginWindow(now);
  }

  #reason(settings: EjectionSettings): string | undefined {
    const { ejectAfterFailures, ejectMinimumCalls, ejectFailurePercent, ejectSlowPercent } = settings;
    if (ejectAfterFailures > 0 && this.#inARow >= ejectAfterFailures) return `${this.#inARow} failures in a row`;
    if (this.#calls < ejectMinimumCalls) return undefined;
    if (reaches(this.#failed, this.#calls, ejectFailurePercent))
      return `${this.#failed} of ${this.#calls} calls failed`;
    if (reaches(this.#slow, this.#calls, ejectSlowPercent)) return `${this.#slow} of ${this.#calls} calls were slow`;
    return undefined;
  }

  #beginWindow(now: number): void {
    this.#windowFrom = now;
    this.#calls = this.#failed = this.#slow = 0;
  }
}

function reaches(part: number, whole: number, percent: number): boolean {
  return percent > 0 && part * 100 >= percent * whole;
}
