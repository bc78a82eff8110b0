import type { InstanceStatus } from '../endpoint/instance.js';
import { coreError } from '../errors/core-error.js';
import type { InstanceUpdate } from './own-instance.js';

const STATUSES: Readonly<Record<InstanceStatus, true>> = {
  ...{ UP: true, DOWN: true, STARTING: true, TESTING: true, OUTOFSERVICE: true },
};

/**
 * What of a change may be told to a registry, as types do not hold a program in JavaScript.
 *
 * @returns status and metadata, as far as they are given
 * @throws ChassisError `ARGUMENT_INVALID` for another status, and for metadata that are no texts
 */
export function checkedUpdate({ status, metadata }: InstanceUpdate): InstanceUpdate {
  if (status !== undefined && !Object.hasOwn(STATUSES, status)) {
    throw invalid('status', `one of ${Object.keys(STATUSES).join(', ')}`, status);
  }
  if (metadata !== undefined && !isTexts(metadata)) throw invalid('metadata', 'a map of texts', metadata);
  return { ...(status !== undefined && { status }), ...(metadata !== undefined && { metadata: { ...metadata } }) };
}

function isTexts(metadata: unknown): boolean {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) return false;
  return Object.values(metadata).every((value) => typeof value === 'string');
}

function invalid(field: string, expected: string, got: unknown): Error {
  const shown = typeof got === 'object' ? typeof got : String(got).slice(0, 60);
  return coreError('ARGUMENT_INVALID', `own instance: ${field}: expected ${expected}, got ${shown}`);
}
