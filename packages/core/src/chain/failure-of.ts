import { ChassisError } from '../errors/chassis-error.js';
import { coreError } from '../errors/core-error.js';
import type { Invocation } from '../invocation/invocation.js';

/**
 * What a chain fails with: always a `ChassisError`. What code throws because its invocation was cancelled (an `AbortError`) becomes the
 * reason of that, or `CALL_CANCELLED`; anything else that is none becomes an `INTERNAL` one.
 */
export function failureOf(error: unknown, invocation: Invocation): ChassisError {
  if (ChassisError.is(error)) return error;
  if (invocation.cancelled) {
    const reason: unknown = invocation.signal.reason;
    if (ChassisError.is(reason)) return reason;
  } else if (!(error instanceof Error && error.name === 'AbortError')) return ChassisError.from(error);
  return coreError('CALL_CANCELLED', `${invocation.operation.id}: cancelled`, { cause: error });
}
