import { ChassisError, type ChassisErrorOptions } from './chassis-error.js';
import { CORE_ERRORS, type CoreErrorCode } from './codes.js';

/**
 * A `ChassisError` with a code of core's table; the kind follows from the code.
 *
 * @example
 * ```ts
 * throw coreError('NO_INSTANCE', 'no instance of "catalog" is known');
 * ```
 */
export function coreError(
  code: CoreErrorCode,
  message: string,
  options?: Omit<ChassisErrorOptions, 'code'>,
): ChassisError {
  return new ChassisError(CORE_ERRORS[code].kind, message, { ...options, code });
}
