import type { CircuitSettings } from './circuit-settings.js';
import type { CircuitState } from './algorithm.js';

interface Seen {
  readonly at: number;
  readonly failed: boolean;
  readonly slow: boolean;
}

interface Given {
  readonly period: number;
}

/** What a circuit must do, said as plainly as can be: it keeps every call it ever counted, and counts them anew each time. */
export class CircuitModel {
  state: CircuitState = 'closed';
  #period = 0;
  #since = 0;
  #counted: Seen[] = [];
  #trying = 0;
  #tried: Seen[] = [];

  constructor(public settings: CircuitSettings) {}

  get reported(): CircuitState {
    return this.settings.forceOpen ? 'open' : this.state;
  }

  acquire(now: number): Given | undefined {
    const { forceOpen, openMs, halfOpenCalls } = this.settings;
    if (forceOpen) return undefined;
    if (this.state !== 'closed') {
      const mayTry = this.state === 'half-open' && this.#trying < halfOpenCalls;
      if (!mayTry && now < this.#since + openMs) return undefined;
      if (!mayTry) this.#become('half-open');
      this.#trying += 1;
      this.#since = now;
    }
    return { period: this.#period };
  }

  record({ period }: Given, { failed, tookMs }: { failed: boolean; tookMs: number }, now: number): void {
    if (period !== this.#period) return;
    const { slowMs, halfOpenCalls, halfOpenDecision, forceClosed, minimumCalls } = this.settings;
    const seen = { at: now, failed, slow: slowMs > 0 && tookMs >= slowMs };
    if (this.state === 'half-open') {
      this.#tried.push(seen);
      if (halfOpenDecision === 'all' && (seen.failed || seen.slow)) this.#open(now);
      else if (this.#tried.length >= halfOpenCalls) {
        if (this.#isBad(this.#tried)) this.#open(now);
        else this.#become('closed');
      }
      return;
    }
    this.#counted.push(seen);
    const counting = this.counting(now);
    if (!forceClosed && counting.length >= minimumCalls && this.#isBad(counting)) this.#open(now);
  }

  release({ period }: Given): void {
    if (period === this.#period && this.state === 'half-open') this.#trying -= 1;
  }

  configure(settings: CircuitSettings): void {
    this.settings = settings;
    if (settings.forceClosed && !settings.forceOpen && this.state !== 'closed') this.#become('closed');
  }

  reset(): void {
    if (this.state === 'closed') this.#counted = [];
    else this.#become('closed');
  }

  /** The calls that count at a time. */
  counting(now: number): readonly Seen[] {
    const { window, windowMs, windowCalls } = this.settings;
    if (window === 'count') return this.#counted.slice(-windowCalls);
    const part = (at: number): number => Math.floor(at / (windowMs / 10));
    return this.#counted.filter(({ at }) => part(at) > part(now) - 10);
  }

  #isBad(calls: readonly Seen[]): boolean {
    const failed = calls.filter((call) => call.failed).length;
    const slow = calls.filter((call) => call.slow).length;
    const { errorPercent, slowPercent } = this.settings;
    const reaches = (count: number, percent: number): boolean => count > 0 && count * 100 >= percent * calls.length;
    return reaches(failed, errorPercent) || reaches(slow, slowPercent);
  }

  #open(now: number): void {
    this.#become('open');
    this.#since = now;
  }

  #become(state: CircuitState): void {
    this.state = state;
    this.#period += 1;
    this.#trying = 0;
    this.#tried = [];
    this.#counted = [];
  }
}
