import { UNLIMITED, type RateLimitFields } from '../policy/rate-limit.js';

/**
 * A limit in plain numbers, as a `LimitStore` is given it.
 *
 * @example
 * ```ts
 * const limit: Limit = { rate: 100, burst: 20, maxWaitMs: 0 };
 * ```
 */
export interface Limit {
  /** Calls in a second on the long run; zero or less: none. */
  readonly rate: number;
  /** Calls at once after a rest; at least 1. */
  readonly burst: number;
  /** How long a call may be told to wait for its turn, in milliseconds; 0: it is refused at once. */
  readonly maxWaitMs: number;
}

type Fields = Partial<Pick<RateLimitFields, 'rate' | 'perMs' | 'burst' | 'maxWaitMs'>>;

/**
 * The limit that a policy means; undefined when it limits nothing.
 *
 * Without a burst a fifth of the rate may come at once, as in go-chassis, but at least one (there, rates of 1 to 4 allowed ten). A rate that
 * names its period ("100 a minute", `limitRefreshPeriod`) means all of it at once, as in ServiceComb for Java.
 */
export function limitOf({ rate = UNLIMITED, perMs, burst, maxWaitMs = 0 }: Fields): Limit | undefined {
  if (rate >= UNLIMITED) return undefined;
  const unsaid = perMs === undefined ? Math.floor(rate / 5) : rate;
  return { rate: (rate * 1000) / (perMs ?? 1000), burst: Math.max(1, burst || unsaid), maxWaitMs };
}

/** Whether two limits are the same. */
export function sameLimit(one: Limit, other: Limit): boolean {
  return one === other || (one.rate === other.rate && one.burst === other.burst && one.maxWaitMs === other.maxWaitMs);
}
