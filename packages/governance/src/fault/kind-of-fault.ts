import { ERROR_KINDS, type ErrorKind } from '@ts-chassis/core';
import type { AbortFault } from '../policy/fault-fields.js';

/** As `google.rpc.Code` documents it; other statuses go by their class. */
const KIND_OF_STATUS: Readonly<Record<number, ErrorKind>> = {
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  405: 'UNIMPLEMENTED',
  408: 'DEADLINE_EXCEEDED',
  409: 'ABORTED',
  410: 'NOT_FOUND',
  412: 'FAILED_PRECONDITION',
  416: 'OUT_OF_RANGE',
  423: 'FAILED_PRECONDITION',
  424: 'FAILED_PRECONDITION',
  428: 'FAILED_PRECONDITION',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  501: 'UNIMPLEMENTED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/**
 * The kind of an injected end, on a side that has no transport to ask: a fault is configured by status, whatever the protocol, also where
 * there is none.
 */
export function kindOfFault({ httpStatus, grpcCode }: AbortFault): ErrorKind {
  if (grpcCode !== undefined) return ERROR_KINDS[grpcCode - 1] ?? 'UNKNOWN';
  const status = httpStatus ?? 500;
  const kind = KIND_OF_STATUS[status];
  if (kind) return kind;
  if (status >= 500) return 'INTERNAL';
  return status >= 400 ? 'INVALID_ARGUMENT' : 'UNKNOWN';
}
