import { port } from '@ts-chassis/core';
import type { Limit } from './limit.js';

/**
 * What a store says to a call. Allowed with a wait means: go on after that many milliseconds. Refused with a wait: a token will be there then;
 * `Infinity` when never.
 *
 * @example
 * ```ts
 * const answer: LimitAnswer = { allowed: false, waitMs: 250 };
 * ```
 */
export interface LimitAnswer {
  readonly allowed: boolean;
  readonly waitMs: number;
}

/**
 * Where limits are counted. A store of several processes answers later; one that throws or rejects is stood in for by a bucket of this process,
 * which is said once.
 *
 * @example
 * ```ts
 * class Generous implements LimitStore {
 *   take(): LimitAnswer { return { allowed: true, waitMs: 0 }; }
 * }
 * ```
 */
export interface LimitStore {
  /**
   * Takes one call's share of a limit; a key that is new begins with a full burst, and one whose limit changed is as full as it was, in proportion.
   *
   * @param key - whose limit, at most 512 characters
   * @param limit - at most `burst` at once and `rate` a second
   * @param now - monotonic milliseconds of this process; a shared store goes by its own time
   */
  take(key: string, limit: Limit, now: number): LimitAnswer | Promise<LimitAnswer>;
}

/**
 * Where plug-ins put limit stores; `store` of a limit names one. `memory` is built in.
 *
 * @example
 * ```ts
 * host.extend(LimitStorePort, 'generous', () => new Generous());
 * ```
 */
export const LimitStorePort = port<LimitStore>('limit store');
