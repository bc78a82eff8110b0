import { ChassisError, type ChassisErrorOptions } from './chassis-error.js';
import { CORE_ERRORS, type CoreErrorCode } from './codes.js';

/** A `ChassisError` with a code of core's table; the kind follows from the code. */
export function coreError(
  code: CoreErrorCode,
  message: string,
  options?: Omit<ChassisErrorOptions, 'code'>,
): ChassisError {
  return new ChassisError(CORE_ERRORS[code].kind, message, { ...options, code });
}
