/** What bounds an adaptive limit. */
export interface AdaptiveLimitOptions {
  readonly adaptive: boolean;
  readonly minConcurrent: number;
  readonly maxConcurrent: number;
  readonly initialConcurrent: number;
  readonly tolerance: number;
}

/** A window is closed when it has lasted this long and has that many samples. */
const WINDOW_MS = 100;
const WINDOW_SAMPLES = 30;
const PROBE_SAMPLES = 60;
/** How often, under load, it is measured anew how fast calls are when they need not wait. */
const PROBE_EVERY_MS = 10_000;
/** How much of the limit is used for it. */
const PROBE_SHARE = 0.25;
/** How much of a step is taken at once. */
const STEP = 0.2;
/** How much a single sample moves a baseline. */
const WEIGHT = 0.02;
/** One call that took much longer than others says no more than this. */
const MOST_SLOWDOWN = 10;

/**
 * How long calls of one operation take while there is no crowd. Each operation has its own, so that a change in the mixture of calls is not
 * taken for a crowd.
 */
export class Baseline {
  #ms = 0;
  #isKnown = false;
  #probe = -1;
  #probed = 0;

  /** @returns how many times slower than at rest this one was */
  slowdown(rttMs: number): number {
    if (!this.#isKnown) {
      this.#isKnown = true;
      this.#ms = rttMs;
    }
    return this.#ms > 0 ? rttMs / this.#ms : 1;
  }

  /** Takes in a sample that did not have to wait for others. */
  learn(rttMs: number): void {
    this.#ms += (rttMs - this.#ms) * WEIGHT;
  }

  /** Takes in a sample of a probe, which counts for more: nearly the mean of them when there are many. */
  learnAnew(rttMs: number, probe: number): void {
    if (this.#probe !== probe) {
      this.#probe = probe;
      this.#probed = 2;
    }
    this.#probed += 1;
    this.#ms += (rttMs - this.#ms) * Math.max(WEIGHT, 1 / this.#probed);
  }

  get ms(): number {
    return this.#ms;
  }
}

/**
 * A limit of calls at a time that finds itself, after the gradient limits of TCP Vegas and of Netflix's concurrency-limits: while calls take as
 * long as at rest it grows, by a queue of the square root of itself; when they take `tolerance` times as long it falls in proportion. How long
 * they take at rest is learnt while less than half of the limit is used and, while calls are refused, for a moment every ten seconds at a quarter of
 * the limit: so it does not creep up with the load. Pure: time is an argument.
 */
export class AdaptiveLimit {
  #options: AdaptiveLimitOptions;
  #limit: number;
  #inFlight = 0;
  #windowBegan = -1;
  #samples = 0;
  #slowdowns = 0;
  #peak = 0;
  #hasRefused = false;
  #probeBegan = -1;
  #lastProbe = -Infinity;

  constructor(options: AdaptiveLimitOptions) {
    this.#options = options;
    this.#limit = options.initialConcurrent;
    this.#clamp();
  }

  /** Calls at a time now, at a share of 1. */
  get limit(): number {
    return this.#limit;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Whether it is measured anew how fast calls are without a crowd. */
  get isProbing(): boolean {
    return this.#probeBegan >= 0;
  }

  /** Other bounds; what was learnt is kept. */
  configure(options: AdaptiveLimitOptions): void {
    this.#options = options;
    this.#clamp();
  }

  /**
   * Takes a place if one is free.
   *
   * @param share - of the limit that calls of this priority may use
   */
  acquire(share = 1): boolean {
    const allowed = (this.isProbing ? this.#limit * PROBE_SHARE : this.#limit) * share;
    if (this.#inFlight >= Math.max(allowed, this.#options.minConcurrent * Math.min(share, 1), 1)) {
      this.#hasRefused = true;
      return false;
    }
    this.#inFlight += 1;
    if (this.#inFlight > this.#peak) this.#peak = this.#inFlight;
    return true;
  }

  /** Gives a place back without having learnt anything. */
  release(): void {
    if (this.#inFlight > 0) this.#inFlight -= 1;
  }

  /**
   * Gives a place back after a call that says how long calls take now.
   *
   * @param baseline - of its operation
   */
  complete(baseline: Baseline, beganMs: number, nowMs: number): void {
    this.release();
    if (!this.#options.adaptive) return;
    const rttMs = Math.max(0, nowMs - beganMs);
    const slowdown = baseline.slowdown(rttMs);
    if (this.isProbing) {
      // those that began before had more beside them
      if (beganMs < this.#probeBegan) return;
      baseline.learnAnew(rttMs, this.#probeBegan);
    } else {
      // where the limit cannot fall any further, waiting is part of what calls take
      if (this.#peak <= this.#limit / 2 || this.#limit <= this.#options.minConcurrent) baseline.learn(rttMs);
      this.#slowdowns += Math.min(slowdown, MOST_SLOWDOWN);
    }
    this.#samples += 1;
    if (this.#windowBegan < 0) this.#windowBegan = nowMs;
    const wanted = this.isProbing ? PROBE_SAMPLES : WINDOW_SAMPLES;
    if (this.#samples >= wanted && nowMs - this.#windowBegan >= WINDOW_MS) this.#close(nowMs);
  }

  #close(nowMs: number): void {
    if (this.isProbing) {
      this.#probeBegan = -1;
      this.#lastProbe = nowMs;
    } else if (this.#peak > this.#limit / 2) {
      this.#adapt(this.#slowdowns / this.#samples);
      // a limit that nobody meets needs no proof
      if (this.#hasRefused && nowMs - this.#lastProbe >= PROBE_EVERY_MS) this.#probeBegan = nowMs;
    }
    this.#windowBegan = nowMs;
    this.#samples = 0;
    this.#slowdowns = 0;
    this.#hasRefused = false;
    this.#peak = this.#inFlight;
  }

  #adapt(slowdown: number): void {
    const gradient = Math.min(1, Math.max(0.5, this.#options.tolerance / slowdown));
    const wanted = this.#limit * gradient + Math.sqrt(this.#limit);
    this.#limit += (wanted - this.#limit) * STEP;
    this.#clamp();
  }

  #clamp(): void {
    const { adaptive, minConcurrent, maxConcurrent } = this.#options;
    const least = Math.min(minConcurrent, maxConcurrent);
    this.#limit = adaptive ? Math.min(maxConcurrent, Math.max(least, this.#limit)) : maxConcurrent;
    if (!adaptive) this.#probeBegan = -1;
  }
}

/**
 * The share of every bound that calls of a priority may use: half of it at 0, all at 50, one and a half at 100. So the lowest are shed first, and the
 * highest find room when others are refused.
 */
export function shareOf(priority: number): number {
  return 0.5 + Math.min(100, Math.max(0, priority)) / 100;
}
