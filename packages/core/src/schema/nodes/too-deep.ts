import { DEEPEST } from './walk.js';

/** Whether a value is nested deeper than foreign validators, which recurse, should be given. Does not recurse far itself. */
export function isTooDeep(value: unknown, left = DEEPEST): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (left === 0) return true;
  if (Array.isArray(value)) return value.some((item) => isTooDeep(item, left - 1));
  if (ArrayBuffer.isView(value)) return false;
  for (const key in value) {
    if (isTooDeep((value as Record<string, unknown>)[key], left - 1)) return true;
  }
  return false;
}
