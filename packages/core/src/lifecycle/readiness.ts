import type { Clock, Disposer } from '../clock/clock.js';
import { coreError } from '../errors/index.js';

/**
 * What a check found.
 *
 * @example
 * ```ts
 * const result: HealthResult = { ok: false, detail: 'replica lags by 12 s' };
 * ```
 */
export interface HealthResult {
  readonly ok: boolean;
  /** Shown to whoever asks: plain data, never secrets. */
  readonly detail?: unknown;
}

/**
 * Looks whether something that the application needs is there; a throw counts as not.
 *
 * @param signal - aborts when nobody waits for the answer any more
 *
 * @example
 * ```ts
 * const check: HealthCheck = async () => ({ ok: await pool.ping() });
 * ```
 */
export type HealthCheck = (signal: AbortSignal) => HealthResult | Promise<HealthResult>;

/**
 * How a check takes part.
 *
 * @example
 * ```ts
 * const options: HealthCheckOptions = { timeoutMs: 500, liveness: true };
 * ```
 */
export interface HealthCheckOptions {
  /** After so many milliseconds without an answer the check has failed; default that of the readiness. */
  readonly timeoutMs?: number;
  /** Whether a failure means that the process should be restarted (`/livez`) rather than spared (`/readyz`); default false. */
  readonly liveness?: boolean;
}

/**
 * The answer of a probe.
 *
 * @example
 * ```ts
 * const { ok, state, checks } = await readiness.checkReady();
 * ```
 */
export interface HealthReport {
  readonly ok: boolean;
  readonly state: 'starting' | 'ready' | 'stopping';
  readonly checks: Readonly<Record<string, HealthResult & { readonly ms: number }>>;
}

type Probe = {
  readonly name: string;
  readonly run: HealthCheck;
  readonly timeoutMs: number | undefined;
  readonly liveness: boolean;
};

/**
 * Whether the application may be sent requests: not before its start has ended, nor from the moment its stop begins, nor while one of its
 * checks fails.
 *
 * @example
 * ```ts
 * const remove = readiness.addCheck('database', async () => ({ ok: await pool.ping() }), { timeoutMs: 500 });
 * ```
 */
export class Readiness {
  readonly #clock: Clock;
  readonly #timeoutMs: () => number;
  readonly #probes = new Map<string, Probe>();
  /** Probes come from several sides at once: they share the round that is under way. */
  readonly #rounds = new Map<boolean, Promise<HealthReport>>();
  #state: HealthReport['state'] = 'starting';

  /** @param timeoutMs - for checks that say nothing else, asked at each; default 2000 */
  constructor(clock: Clock, timeoutMs: () => number = () => 2000) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  get state(): HealthReport['state'] {
    return this.#state;
  }

  /** Whether start has ended and stop not begun; says nothing of the checks. */
  get ready(): boolean {
    return this.#state === 'ready';
  }

  /** Start has ended; without effect once stop has begun. */
  markReady(): void {
    if (this.#state === 'starting') this.#state = 'ready';
  }

  /** Stop begins; there is no way back. */
  markStopping(): void {
    this.#state = 'stopping';
  }

  /**
   * Adds a check to the probes.
   *
   * @param name - stands in the answer
   * @returns removes it again
   * @throws ChassisError `LIFECYCLE_FAILED` when there is a check of that name
   */
  addCheck(name: string, run: HealthCheck, options: HealthCheckOptions = {}): Disposer {
    if (this.#probes.has(name)) throw coreError('LIFECYCLE_FAILED', `there are two health checks named "${name}"`);
    const probe: Probe = { name, run, timeoutMs: options.timeoutMs, liveness: options.liveness ?? false };
    this.#probes.set(name, probe);
    return () => {
      if (this.#probes.get(name) === probe) this.#probes.delete(name);
    };
  }

  /** For `/livez`: whether the process works at all; only checks with `liveness` count. */
  checkLive(): Promise<HealthReport> {
    return this.#round(true);
  }

  /** For `/readyz` and `/healthz`: whether requests are welcome; every check counts. */
  checkReady(): Promise<HealthReport> {
    return this.#round(false);
  }

  #round(liveness: boolean): Promise<HealthReport> {
    const running = this.#rounds.get(liveness);
    if (running) return running;
    const round = this.#ask(liveness).finally(() => this.#rounds.delete(liveness));
    this.#rounds.set(liveness, round);
    return round;
  }

  async #ask(liveness: boolean): Promise<HealthReport> {
    const probes = [...this.#probes.values()].filter((probe) => probe.liveness || !liveness);
    const results = await Promise.all(probes.map(async (probe) => [probe.name, await this.#probe(probe)] as const));
    // Read after the checks, as stop may have begun meanwhile.
    const state = this.#state;
    const ok = (liveness || state === 'ready') && results.every(([, result]) => result.ok);
    return { ok, state, checks: Object.fromEntries(results) };
  }

  async #probe({ run, timeoutMs = this.#timeoutMs() }: Probe): Promise<HealthResult & { readonly ms: number }> {
    const began = this.#clock.elapsed();
    const stopper = new AbortController();
    let cancel: Disposer = () => undefined;
    const late = new Promise<HealthResult>((resolve) => {
      cancel = this.#clock.after(timeoutMs, () => {
        resolve({ ok: false, detail: `no answer in ${timeoutMs} ms` });
        stopper.abort();
      });
    });
    const work = (async () => run(stopper.signal))().catch(failed);
    const { ok, detail } = await Promise.race([work, late]).finally(cancel);
    const ms = Math.round(this.#clock.elapsed() - began);
    return detail === undefined ? { ok, ms } : { ok, detail, ms };
  }
}

function failed(error: unknown): HealthResult {
  return { ok: false, detail: error instanceof Error ? error.message : String(error) };
}
