import type { ChassisError } from '@ts-chassis/core';
import { serviceCombError } from '../codes.js';
import { printable } from '../connection/printable.js';
import type { FailureRecord } from '../wire/records.js';

/** What a refusal of service-center is thrown as: `REGISTRY_REFUSED`, with the registry's own code in `details.errorCode`. */
export function refusal(doing: string, { errorCode, errorMessage, detail }: FailureRecord): ChassisError {
  const why = detail ? `${errorMessage}: ${detail}` : errorMessage;
  const message = `service-center: ${doing} was refused: ${printable(why)} (${errorCode})`;
  return serviceCombError('REGISTRY_REFUSED', message, { details: { errorCode } });
}

/** The registry's own code of a failure; undefined for anything else. */
export function failureCodeOf(error: unknown): string | undefined {
  const { code, details } = (error ?? {}) as { code?: unknown; details?: { errorCode?: unknown } };
  if (code !== 'REGISTRY_REFUSED') return undefined;
  return typeof details?.errorCode === 'string' ? details.errorCode : undefined;
}
