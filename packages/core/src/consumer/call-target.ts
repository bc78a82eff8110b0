import type { Operation } from '../schema/operation.js';

/**
 * One operation of one service, as a consumer calls it.
 *
 * @example
 * ```ts
 * const target: CallTarget = { service: 'catalog', operation };
 * ```
 */
export interface CallTarget {
  readonly service: string;
  readonly operation: Operation;
}
