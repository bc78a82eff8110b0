import type { ErrorKind } from '@ts-chassis/core';

/**
 * The HTTP status of every error kind: the only table between the two, after the mapping that `google.rpc.Code` documents.
 *
 * @example
 * ```ts
 * STATUS_OF_KIND.NOT_FOUND; // 404
 * ```
 */
export const STATUS_OF_KIND: Readonly<Record<ErrorKind, number>> = {
  CANCELLED: 499,
  UNKNOWN: 500,
  INVALID_ARGUMENT: 400,
  DEADLINE_EXCEEDED: 504,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  PERMISSION_DENIED: 403,
  RESOURCE_EXHAUSTED: 429,
  FAILED_PRECONDITION: 400,
  ABORTED: 409,
  OUT_OF_RANGE: 400,
  UNIMPLEMENTED: 501,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  DATA_LOSS: 500,
  UNAUTHENTICATED: 401,
};

/** What a status means when its body does not say the kind; others follow their class. */
const KIND_OF_STATUS: Readonly<Record<number, ErrorKind>> = {
  400: 'INVALID_ARGUMENT',
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
 * The error kind that an HTTP status means: by the table, else `INVALID_ARGUMENT` for 4xx, `INTERNAL` for 5xx, `UNKNOWN` for the rest.
 *
 * @example
 * ```ts
 * kindOfStatus(503); // 'UNAVAILABLE'
 * ```
 */
export function kindOfStatus(status: number): ErrorKind {
  const kind = KIND_OF_STATUS[status];
  if (kind) return kind;
  if (status >= 400 && status < 500) return 'INVALID_ARGUMENT';
  return status >= 500 && status < 600 ? 'INTERNAL' : 'UNKNOWN';
}
