import type { CircuitSettings } from './circuit-settings.js';

/** The last calls of a circuit: how many there were, how many failed, how many were slow. */
export interface Window {
  readonly total: number;
  readonly failed: number;
  readonly slow: number;
  add(failed: boolean, slow: boolean, now: number): void;
  /** Forgets what is too old at this time. */
  advance(now: number): void;
  clear(): void;
}

/** The window that settings ask for. */
export function windowOf(settings: CircuitSettings): Window {
  return settings.window === 'count' ? new CountWindow(settings.windowCalls) : new TimeWindow(settings.windowMs);
}

const PARTS = 10;

/** The calls of a time, kept in ten parts: the oldest is forgotten as a whole, so the window spans nine to ten tenths of the time. */
export class TimeWindow implements Window {
  total = 0;
  failed = 0;
  slow = 0;
  readonly #partMs: number;
  /** The calls of each part in turn. */
  readonly #counts: number[] = Array.from({ length: PARTS }, () => 0);
  /** The failed and the slow ones of each part; made with the first, so that an idle circuit stays small. */
  #bad: number[] | undefined;
  /** The number of the newest part since the beginning of time; at first one so old that all are older than any call. */
  #newest = -2 * PARTS;

  constructor(windowMs: number) {
    this.#partMs = windowMs / PARTS;
  }

  add(failed: boolean, slow: boolean, now: number): void {
    this.advance(now);
    const at = this.#newest % PARTS;
    this.#counts[at]! += 1;
    this.total += 1;
    if (failed || slow) this.#addBad(at, failed, slow);
  }

  advance(now: number): void {
    const newest = Math.floor(now / this.#partMs);
    if (newest <= this.#newest) return;
    const passed = newest - this.#newest;
    if (passed >= PARTS) this.clear();
    else for (let part = this.#newest + 1; part <= newest; part += 1) this.#forget(part % PARTS);
    this.#newest = newest;
  }

  clear(): void {
    if (this.total === 0) return;
    this.#counts.fill(0);
    this.#bad = undefined;
    this.total = this.failed = this.slow = 0;
  }

  #addBad(at: number, failed: boolean, slow: boolean): void {
    const bad = (this.#bad ??= Array.from({ length: PARTS * 2 }, () => 0));
    if (failed) {
      bad[at * 2]! += 1;
      this.failed += 1;
    }
    if (slow) {
      bad[at * 2 + 1]! += 1;
      this.slow += 1;
    }
  }

  #forget(at: number): void {
    this.total -= this.#counts[at]!;
    this.#counts[at] = 0;
    const bad = this.#bad;
    if (!bad) return;
    this.failed -= bad[at * 2]!;
    this.slow -= bad[at * 2 + 1]!;
    bad[at * 2] = bad[at * 2 + 1] = 0;
  }
}

const FAILED = 1;
const SLOW = 2;

/** The last so many calls, however old. */
export class CountWindow implements Window {
  total = 0;
  failed = 0;
  slow = 0;
  readonly #calls: Uint8Array;
  #next = 0;

  constructor(calls: number) {
    this.#calls = new Uint8Array(calls);
  }

  add(failed: boolean, slow: boolean): void {
    const calls = this.#calls;
    const at = this.#next;
    if (this.total === calls.length) this.#forget(calls[at]!);
    else this.total += 1;
    calls[at] = (failed ? FAILED : 0) | (slow ? SLOW : 0);
    if (failed) this.failed += 1;
    if (slow) this.slow += 1;
    this.#next = at + 1 === calls.length ? 0 : at + 1;
  }

  advance(): void {}

  clear(): void {
    this.total = this.failed = this.slow = this.#next = 0;
  }

  #forget(call: number): void {
    if (call & FAILED) this.failed -= 1;
    if (call & SLOW) this.slow -= 1;
  }
}
