import { ERROR_KINDS, type ErrorKind } from '@ts-chassis/core';

/**
 * The gRPC status code of every error kind: the only table from one to the other. The kinds are named after the codes, in their order.
 *
 * @example
 * ```ts
 * CODE_OF_KIND.NOT_FOUND; // 5
 * ```
 */
export const CODE_OF_KIND = Object.fromEntries(ERROR_KINDS.map((kind, index) => [kind, index + 1])) as Readonly<
  Record<ErrorKind, number>
>;

/**
 * The error kind that a gRPC status code means; `UNKNOWN` for a number that is none, and undefined for `OK`.
 *
 * @example
 * ```ts
 * kindOfCode(5); // 'NOT_FOUND'
 * ```
 */
export function kindOfCode(code: number): ErrorKind | undefined {
  return code === 0 ? undefined : (ERROR_KINDS[code - 1] ?? 'UNKNOWN');
}
