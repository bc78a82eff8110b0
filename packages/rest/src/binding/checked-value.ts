import { restError } from '../codes.js';

/** Deeper than any sensible document, shallow enough for every recursive walk that follows. */
export const DEEPEST = 64;

/**
 * Refuses in what a codec read what is refused in JSON.
 *
 * @throws ChassisError `BODY_MALFORMED` when it is nested deeper than 64, or has keys (`__proto__`, `constructor.prototype`) that would
 * reach a prototype when copied carelessly
 */
export function refuseUnsafe(value: unknown): void {
  walk(value, '', 1);
}

/** The same for a value that is known not to be too deep. */
export function refusePoison(value: unknown): void {
  walk(value, '', -Infinity);
}

function walk(value: unknown, pointer: string, depth: number): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
  if (depth > DEEPEST) throw restError('BODY_MALFORMED', `the body is nested deeper than ${DEEPEST}`);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) walk(item, `${pointer}/${index}`, depth + 1);
    return;
  }
  for (const key of Object.keys(value)) {
    const inner = (value as Record<string, unknown>)[key];
    if (isPoison(key, inner)) {
      throw restError('BODY_MALFORMED', `the key "${key}" at "${pointer.slice(0, 200)}" is not allowed`);
    }
    walk(inner, `${pointer}/${key}`, depth + 1);
  }
}

function isPoison(key: string, inner: unknown): boolean {
  if (key === '__proto__') return true;
  return key === 'constructor' && typeof inner === 'object' && inner !== null && Object.hasOwn(inner, 'prototype');
}
