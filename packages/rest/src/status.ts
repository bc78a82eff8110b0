import type { ErrorKind } from '@ts-chassis/core';

// the way back is core's: configuration speaks of failures by their status in every protocol
export { kindOfStatus } from '@ts-chassis/core';

/**
 * The HTTP status of every error kind: the only table from one to the other, after the mapping that `google.rpc.Code` documents.
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
