import type { Random } from './random.js';

/**
 * How a {@link BackOff} grows.
 *
 * @example
 * ```ts
 * const options: BackOffOptions = { firstMs: 1000, longestMs: 30_000, random: systemRandom };
 * ```
 */
export interface BackOffOptions {
  /** Upper bound of the first pause, in milliseconds. */
  readonly firstMs: number;
  /** No pause is longer, in milliseconds. */
  readonly longestMs: number;
  readonly random: Random;
}

/**
 * The pauses between tries: each bound twice the one before, each pause between half of its bound and all of it, so that the many who
 * lost the same server do not come back at the same moment.
 *
 * @example
 * ```ts
 * const pauses = new BackOff({ firstMs: 1000, longestMs: 30_000, random });
 * await clock.sleep(pauses.next());
 * ```
 */
export class BackOff {
  #boundMs: number;

  constructor(private readonly options: BackOffOptions) {
    this.#boundMs = options.firstMs;
  }

  /** The next pause, in milliseconds. */
  next(): number {
    const boundMs = this.#boundMs;
    this.#boundMs = Math.min(boundMs * 2, this.options.longestMs);
    return boundMs * (0.5 + this.options.random.next() / 2);
  }

  /** It worked: the next pause is a first one. */
  reset(): void {
    this.#boundMs = this.options.firstMs;
  }
}
