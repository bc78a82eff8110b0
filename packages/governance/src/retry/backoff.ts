import type { Random } from '@ts-chassis/core';
import type { BackoffKind } from '../policy/retry.js';

/** What a wait is reckoned from. */
export interface Backoff {
  readonly backoff: BackoffKind;
  /** The first wait in milliseconds. */
  readonly minMs: number;
  /** The longest in milliseconds; 0 for no limit, and never less than `minMs`. */
  readonly maxMs: number;
  readonly multiplier: number;
  /** How far an exponential wait differs at random, as a share of it, from 0 to 1. */
  readonly jitter: number;
}

/**
 * The wait before a further try, in milliseconds. Exponential as in go-chassis: `minMs` times 1.5 for each earlier wait, give or take a half, and
 * unlike there the longest wait holds for what comes of chance too.
 *
 * @param further - which further try, from 1
 */
export function waitMs(
  { backoff, minMs, maxMs, multiplier, jitter }: Backoff,
  further: number,
  random: Random,
): number {
  if (backoff === 'zero' || minMs <= 0) return 0;
  if (backoff === 'constant') return minMs;
  const longest = maxMs > 0 ? Math.max(maxMs, minMs) : Infinity;
  const base = Math.min(minMs * multiplier ** (further - 1), longest);
  if (jitter === 0) return base;
  return Math.min(base * (1 - jitter + 2 * jitter * random.next()), longest);
}
