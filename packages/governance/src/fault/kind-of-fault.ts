import { ERROR_KINDS, kindOfStatus, type ErrorKind } from '@ts-chassis/core';
import type { AbortFault } from '../policy/fault-fields.js';

/**
 * The kind of an injected end, on a side that has no transport to ask: a fault is configured by status, whatever the protocol, also where
 * there is none.
 */
export function kindOfFault({ httpStatus, grpcCode }: AbortFault): ErrorKind {
  if (grpcCode !== undefined) return ERROR_KINDS[grpcCode - 1] ?? 'UNKNOWN';
  return kindOfStatus(httpStatus ?? 500);
}
