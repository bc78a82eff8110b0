import { RateLimitPolicy, type RateLimitFields, type RateLimitKey } from '../policy/rate-limit.js';
import { policyDecorator, type PolicyDecorator, type SideOptions } from '../policy/policy-decorator.js';

const PERIODS = { second: 1000, minute: 60_000, hour: 3_600_000 } as const;

/**
 * What `@RateLimit` takes; what is left out is asked for at wider levels, then built in.
 *
 * @example
 * ```ts
 * const options: RateLimitOptions = { rate: 100, per: 'minute', key: ({ source }) => source.remoteAddress };
 * ```
 */
export interface RateLimitOptions extends SideOptions {
  /** Calls in a period; zero or less lets none through. */
  readonly rate?: number;
  /** The period: a name, or milliseconds. Default a second. */
  readonly per?: keyof typeof PERIODS | number;
  /** Calls at once after a rest. Default a fifth of the rate, with `per` all of it; at least 1. */
  readonly burst?: number;
  /**
   * Whose share a call takes: every key has the whole limit to itself; `undefined` is not limited. It runs before the arguments are read; headers are
   * the caller's own claim, `principal` and `source.service` are not. The 10,000 keys used last are remembered.
   */
  readonly key?: RateLimitKey;
  /** How long a call may wait for its turn instead of being refused, in milliseconds. Default 0. */
  readonly maxWaitMs?: number;
  /** The limit store by name. Default `memory`: of this process alone. */
  readonly store?: string;
}

/**
 * Lets so many calls through in a time and refuses the others: `RESOURCE_EXHAUSTED` with code `RATE_LIMITED`, 429 with `Retry-After` over REST. On a
 * method the limit is its own, on a class all operations of it share one. Acts on the provider side, elsewhere by `side`. A token bucket: in any time t at
 * most `burst + rate * t` calls pass. Configuration: `servicecomb.governance.rateLimit`, also go-chassis's `cse.flowcontrol`.
 *
 * @example
 * ```ts
 * class Catalog {
 *   @RateLimit({ rate: 500 })
 *   find(isbn: string): Promise<Book> { return this.books.get(isbn); }
 * }
 * ```
 */
export function RateLimit({ per, side, ...options }: RateLimitOptions): PolicyDecorator {
  // a name that is none is refused with the other fields, when the decorator is first read
  const perMs = typeof per === 'string' ? (PERIODS[per] ?? (per as unknown as number)) : per;
  const fields: Partial<RateLimitFields> = { ...options, ...(perMs !== undefined && { perMs }) };
  return policyDecorator(RateLimitPolicy, fields, side ? { side } : {});
}
