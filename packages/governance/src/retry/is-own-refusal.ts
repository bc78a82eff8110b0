import { ChassisError } from '@ts-chassis/core';
import { GOVERNANCE_ERRORS } from '../errors/codes.js';

/** Codes of failures that governance makes of calls it let through. */
const LET_THROUGH: ReadonlySet<string> = new Set(['FAULT_INJECTED', 'TIMED_OUT', 'TRY_TIMED_OUT']);

/** Whether a breaker, a limiter, a bulkhead or another guard of our own refused the call: another try would only meet it again. */
export function isOwnRefusal({ code, remote }: ChassisError): boolean {
  return !remote && Object.hasOwn(GOVERNANCE_ERRORS, code) && !LET_THROUGH.has(code);
}

/** Whether a guard that is kept for this instance alone refused the call; others may take it. */
export function isRefusalOfOne(error: unknown, address: string): error is ChassisError {
  return ChassisError.is(error) && isOwnRefusal(error) && error.details?.['instance'] === address;
}
