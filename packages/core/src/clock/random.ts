/**
 * All chance of an application.
 *
 * @example
 * ```ts
 * const index = Math.floor(random.next() * instances.length);
 * ```
 */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
}

/**
 * The process's own source of chance.
 *
 * @example
 * ```ts
 * createApplication({ random: systemRandom });
 * ```
 */
export const systemRandom: Random = { next: () => Math.random() };

/**
 * A repeatable source for tests: the same seed draws the same numbers (mulberry32).
 *
 * @example
 * ```ts
 * const random = seededRandom(42);
 * ```
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    },
  };
}
