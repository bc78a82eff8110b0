import { ChassisError, type Reply } from '@ts-chassis/core';
import { isHidden, statusOfError } from './problem.js';

/**
 * The status that an outcome is answered with.
 *
 * @param outcome - a reply, or what was thrown
 * @param success - that of the operation
 */
export function statusOf(outcome: unknown, success: number): number {
  if (!(outcome instanceof Error)) {
    const { status = success, value } = outcome as Reply;
    return status === 200 && value === undefined ? 204 : status;
  }
  const error = ChassisError.from(outcome);
  const own = error.remote || isHidden(error) ? undefined : (error.reply as Partial<Reply> | undefined)?.status;
  return own ?? statusOfError(error);
}
