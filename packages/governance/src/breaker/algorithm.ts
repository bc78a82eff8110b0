import type { CircuitSettings } from './circuit-settings.js';
import { windowOf, type Window } from './window.js';

/**
 * The states of a circuit: calls pass, calls are refused, some calls pass to try.
 *
 * @example
 * ```ts
 * const state: CircuitState = 'half-open';
 * ```
 */
export type CircuitState = 'closed' | 'open' | 'half-open';

/** What `acquire` gives back to a call that is refused; all other permits are 0 or more. */
export const REFUSED = -1;

/** While calls try, how long who is refused should wait: they are decided on soon, though nobody knows when. */
const TRYING_RETRY_MS = 1000;

/**
 * The state machine of one circuit breaker. Pure: the time is an argument, in monotonic milliseconds. A permit is the number of the period in which
 * it was given, and what a call of an earlier period comes to says nothing any more. Every call is counted before the next is judged, so that
 * no burst overshoots.
 */
export class Circuit {
  #settings: CircuitSettings;
  #window: Window;
  #state: CircuitState = 'closed';
  /** The period; every change of state begins another. */
  #period = 0;
  /** When it opened, or let the last call through to try. */
  #since = 0;
  #granted = 0;
  #answered = 0;
  #failed = 0;
  #slow = 0;

  /** @param changed - told of each change of the state as `state` says it */
  constructor(
    settings: CircuitSettings,
    private readonly changed: (state: CircuitState) => void,
  ) {
    this.#settings = settings;
    this.#window = windowOf(settings);
  }

  get state(): CircuitState {
    return this.#settings.forceOpen ? 'open' : this.#state;
  }

  /** Whether a call must say when it began; else it may be `NaN` for all its way. */
  get heedsTime(): boolean {
    return this.#state !== 'closed' || this.#settings.slowMs > 0 || this.#settings.forceOpen;
  }

  get settings(): CircuitSettings {
    return this.#settings;
  }

  /** The calls that count now. */
  window(now: number): Pick<Window, 'total' | 'failed' | 'slow'> {
    this.#window.advance(now);
    return this.#window;
  }

  /** @returns a permit, to be given back by `record` or `release`; or `REFUSED` */
  acquire(now: number): number {
    if (this.#settings.forceOpen) return REFUSED;
    if (this.#state === 'closed') return this.#period;
    const full = this.#state === 'open' || this.#granted >= this.#settings.halfOpenCalls;
    if (full) {
      // calls that try and never end must not keep it half-open: after the same time others try
      if (now - this.#since < this.#settings.openMs) return REFUSED;
      this.#enter('half-open');
    }
    this.#since = now;
    this.#granted += 1;
    return this.#period;
  }

  /** What a call came to. */
  record(permit: number, { failed, tookMs, now }: { failed: boolean; tookMs: number; now: number }): void {
    if (permit !== this.#period) return;
    const { slowMs, minimumCalls, forceClosed } = this.#settings;
    const slow = slowMs > 0 && tookMs >= slowMs;
    if (this.#state === 'half-open') return this.#tried(failed, slow, now);
    const window = this.#window;
    window.add(failed, slow, now);
    if (forceClosed || window.total < minimumCalls) return;
    if (this.#isBad(window)) this.#open(now);
  }

  /** Gives a permit back without saying anything: the call was given up. */
  release(permit: number): void {
    if (permit === this.#period && this.#state === 'half-open') this.#granted -= 1;
  }

  /** How long a call that was refused should wait, in milliseconds; undefined when only the configuration can tell. */
  retryAfterMs(now: number): number | undefined {
    if (this.#settings.forceOpen) return undefined;
    const remaining = Math.max(1, Math.ceil(this.#since + this.#settings.openMs - now));
    return this.#state === 'half-open' ? Math.min(TRYING_RETRY_MS, remaining) : remaining;
  }

  /** Goes by other settings from now on; what was counted stays unless the window itself is another. */
  configure(settings: CircuitSettings): void {
    const before = this.#settings;
    if (settings === before) return;
    const seen = this.state;
    this.#settings = settings;
    if (!sameWindow(before, settings)) this.#window = windowOf(settings);
    if (settings.forceClosed && !settings.forceOpen && this.#state !== 'closed') this.#begin('closed');
    if (this.state !== seen) this.changed(this.state);
  }

  /** Closes it and forgets what was counted. */
  reset(): void {
    if (this.#state === 'closed') this.#window.clear();
    else this.#enter('closed');
  }

  #tried(failed: boolean, slow: boolean, now: number): void {
    this.#answered += 1;
    if (failed) this.#failed += 1;
    if (slow) this.#slow += 1;
    const { halfOpenCalls, halfOpenDecision } = this.#settings;
    if (halfOpenDecision === 'all' && (failed || slow)) return this.#open(now);
    if (this.#answered < halfOpenCalls) return;
    if (this.#isBad({ total: this.#answered, failed: this.#failed, slow: this.#slow })) this.#open(now);
    else this.#enter('closed');
  }

  #isBad({ total, failed, slow }: Pick<Window, 'total' | 'failed' | 'slow'>): boolean {
    const { errorPercent, slowPercent } = this.#settings;
    return (failed > 0 && failed * 100 >= errorPercent * total) || (slow > 0 && slow * 100 >= slowPercent * total);
  }

  #open(now: number): void {
    this.#since = now;
    this.#enter('open');
  }

  #enter(state: CircuitState): void {
    const seen = this.state;
    this.#begin(state);
    if (this.state !== seen) this.changed(this.state);
  }

  #begin(state: CircuitState): void {
    this.#state = state;
    this.#period += 1;
    this.#granted = this.#answered = this.#failed = this.#slow = 0;
    this.#window.clear();
  }
}

function sameWindow(a: CircuitSettings, b: CircuitSettings): boolean {
  return a.window === b.window && (a.window === 'count' ? a.windowCalls === b.windowCalls : a.windowMs === b.windowMs);
}
