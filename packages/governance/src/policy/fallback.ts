import { ERROR_KINDS, type ChassisError, type ErrorKind } from '@ts-chassis/core';
import { definePolicy } from './define-policy.js';
import { goChassisKeys } from './go-chassis-keys.js';

/**
 * Answers in the place of a call that failed, with what the method would have answered with, or a promise of it.
 *
 * @param self - the object whose method was called; undefined for a call to another service, which has none
 * @param error - why it failed; what the method itself threw, unless it is a `ChassisError`, is its `cause`
 * @param args - of the call
 *
 * @example
 * ```ts
 * const fromCache: FallbackFunction = (self: { cache: Map<string, string> }, error, isbn: string) => self.cache.get(isbn);
 * ```
 */
export type FallbackFunction = (self: never, error: ChassisError, ...args: never[]) => unknown;

/**
 * What happens instead of a failure.
 *
 * @example
 * ```ts
 * const fields: Partial<FallbackFields> = { policy: 'returnnull', on: ['UNAVAILABLE', 'DEADLINE_EXCEEDED'] };
 * ```
 */
export interface FallbackFields {
  /** Default true; false leaves every failure as it is. */
  readonly enabled: boolean;
  /** Calls nobody and goes to the fallback at once; default false. */
  readonly force: boolean;
  /**
   * `throwexception` (the default) leaves the failure as it is; `returnnull` answers `null`; any other name is one of `FallbackPort`; a function, in a decorator
   * only, answers itself.
   */
  readonly policy: string | FallbackFunction;
  /**
   * The kinds of errors for which it stands in. Default: all for a function and for those of the port; for `returnnull` only what a circuit or a bulkhead of ours
   * refused, as in go-chassis, so that no other failure is lost.
   */
  readonly on?: readonly ErrorKind[];
}

/** Fallbacks: `servicecomb.governance.fallback`. */
export const FallbackPolicy = definePolicy<FallbackFields>({
  name: 'fallback',
  decorator: 'Fallback',
  description: 'Fallbacks: what a call answers with when it failed.',
  fields: {
    enabled: { type: 'boolean', description: 'False leaves every failure as it is.' },
    force: { type: 'boolean', description: 'Calls nobody and goes to the fallback at once.' },
    policy: {
      type: 'string',
      minLength: 1,
      description: 'throwexception, returnnull, or a fallback that a plug-in brings.',
    },
    on: {
      type: 'array',
      items: { type: 'string', enum: ERROR_KINDS },
      description: 'The kinds of errors for which it stands in.',
    },
  },
  defaults: { enabled: true, force: false, policy: 'throwexception' },
  handlers: { consumer: 'fallback', method: 'fallback' },
  aliases: {
    ...goChassisKeys('fallback', { enabled: 'enabled', force: 'force' }),
    ...goChassisKeys('fallbackpolicy', { policy: 'policy' }),
  },
});
