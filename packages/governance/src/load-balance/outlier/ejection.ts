import { Cells, type Row } from '../cells.js';
import type { EjectionSettings } from './ejection-settings.js';
import { forgetCalls } from './judge-call.js';

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
  /** How often it was ejected without having been well for long in between. */
  #times = 0;
  #returnedAt = 0;

  /** @param row - where `judgeCall` keeps what it counts */
  constructor(private readonly row: Row = new Cells().take()) {}

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
    forgetCalls(this.row, now);
  }
}
