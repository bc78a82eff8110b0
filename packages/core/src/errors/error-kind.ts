/**
 * What went wrong, in words that belong to no protocol. Each transport owns the one table between these
 * kinds and its own status codes. The names and their meaning follow `google.rpc.Code` without `OK`.
 *
 * @example
 * ```ts
 * const kind: ErrorKind = 'NOT_FOUND';
 * ```
 */
export type ErrorKind = (typeof ERROR_KINDS)[number];

/**
 * Every {@link ErrorKind}, in the order of `google.rpc.Code`.
 *
 * @example
 * ```ts
 * if (!ERROR_KINDS.includes(text as ErrorKind)) throw new Error(`unknown kind ${text}`);
 * ```
 */
export const ERROR_KINDS = [
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;
