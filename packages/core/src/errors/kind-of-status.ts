import type { ErrorKind } from './error-kind.js';

/**
 * What a status means when nothing else says the kind; others follow their class. Here and not in a transport, because configuration speaks of
 * failures by their HTTP status in every protocol: injected faults do.
 */
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
