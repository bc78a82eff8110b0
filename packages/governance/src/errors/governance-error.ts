import { ChassisError, type ChassisErrorOptions } from '@ts-chassis/core';
import { GOVERNANCE_ERRORS, type GovernanceErrorCode } from './codes.js';

/**
 * A `ChassisError` with a code of the table; its kind follows from the code. Without a stack: refusals are many when they are needed most, and
 * the message names the place.
 */
export function governanceError(
  code: GovernanceErrorCode,
  message: string,
  options?: Omit<ChassisErrorOptions, 'code'>,
): ChassisError {
  return ChassisError.withoutStack(GOVERNANCE_ERRORS[code].kind, message, { ...options, code });
}
