/** Part of a body, from its first byte to before its end. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

const ONE_RANGE = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/;

/**
 * The part that a `Range` header asks for (RFC 9110, 14.2): from a byte, between two, or the last so many. Several parts at once, other units
 * and what is malformed are answered with the whole.
 *
 * @returns undefined for the whole; `unsatisfiable` when no byte of it is there
 */
export function byteRangeOf(header: string, length: number): ByteRange | 'unsatisfiable' | undefined {
  const found = ONE_RANGE.exec(header);
  if (!found) return undefined;
  const [, first = '', last = ''] = found;
  if (first === '') {
    if (last === '') return undefined;
    const count = Math.min(Number(last), length);
    return count === 0 ? 'unsatisfiable' : { start: length - count, end: length };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return undefined;
  if (start >= length) return 'unsatisfiable';
  return { start, end: last === '' ? length : Math.min(Number(last) + 1, length) };
}
