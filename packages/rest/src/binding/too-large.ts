import type { ChassisError } from '@ts-chassis/core';
import { restError } from '../codes.js';

/** For a body that is longer than is read. */
export function tooLarge(limit: number): ChassisError {
  return restError('BODY_TOO_LARGE', `the body is larger than ${limit} bytes`, { details: { limit } });
}
