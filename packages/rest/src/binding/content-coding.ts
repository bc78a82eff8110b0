import type { Transform } from 'node:stream';
import { restError } from '../codes.js';

/** The codings of bodies that are undone (RFC 9110, 8.4.1). */
export const CODINGS = ['gzip', 'deflate', 'br'] as const;

export type Coding = (typeof CODINGS)[number];

/** Nobody codes a body more often; each further one multiplies what a few bytes may grow to. */
const MOST_CODINGS = 2;

/**
 * The codings of a body in the order in which they are undone, by its `Content-Encoding`.
 *
 * @throws ChassisError `UNSUPPORTED_MEDIA_TYPE` for any other coding, and for more than two
 */
export function codingsOf(header: string): readonly Coding[] {
  const names = header
    .split(',', MOST_CODINGS + 2)
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');
  const codings = names.map((name) => (name === 'x-gzip' ? 'gzip' : name)).reverse();
  if (codings.length <= MOST_CODINGS && codings.every(isCoding)) return codings;
  throw restError(
    'UNSUPPORTED_MEDIA_TYPE',
    `expected a content-encoding of ${CODINGS.join(', ')}, at most ${MOST_CODINGS} of them, got ${header.slice(0, 100)}`,
    { details: { acceptEncoding: CODINGS } },
  );
}

function isCoding(name: string): name is Coding {
  return (CODINGS as readonly string[]).includes(name);
}

/** What undoes a coding. It is loaded when the first coded body comes. */
export function decoderOf(coding: Coding): Transform {
  const zlib = require('node:zlib') as typeof import('node:zlib');
  if (coding === 'br') return zlib.createBrotliDecompress();
  return coding === 'gzip' ? zlib.createGunzip() : zlib.createInflate();
}
