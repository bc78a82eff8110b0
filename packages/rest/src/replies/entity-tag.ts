import { hash } from 'node:crypto';

/** Of codings, behind the tag of what they encode: a coded body is another one, byte for byte. */
const CODINGS = /-(?:gzip|br|deflate)"$/;

/** A tag that changes with every byte of a body. */
export function entityTagOf(body: string | Uint8Array): string {
  return `"${hash('sha1', body, 'base64').slice(0, 27)}"`;
}

/** The tag of a body in a coding; a weak tag says the same of it. */
export function codedTag(tag: string, coding: string): string {
  return tag.startsWith('W/') || !tag.endsWith('"') ? tag : `${tag.slice(0, -1)}-${coding}"`;
}

/** The tag of what a coded body encodes. */
export function plainTag(tag: string): string {
  return tag.replace(CODINGS, '"');
}

/**
 * Whether a list of tags, as `If-Match` and `If-None-Match` have it, names one. Read by hand, linear in the header: tags may hold commas.
 *
 * @param isSame - how two tags are compared
 */
export function listsTag(header: string, isSame: (tag: string) => boolean): boolean {
  if (header.trim() === '*') return true;
  for (let at = 0; at < header.length;) {
    const open = header.indexOf('"', at);
    const close = open < 0 ? -1 : header.indexOf('"', open + 1);
    if (close < 0) return isSame(header.slice(at).trim());
    const start = header.slice(Math.max(at, open - 2), open) === 'W/' ? open - 2 : open;
    if (isSame(header.slice(start, close + 1))) return true;
    at = close + 1;
  }
  return false;
}

/** Weak comparison (RFC 9110, 8.8.3.2): whether two tags stand for the same thing, if not byte for byte. */
export function isWeaklySame(one: string, other: string): boolean {
  return opaque(one) === opaque(other);
}

/** Strong comparison: whether two tags stand for the same bytes. */
export function isStronglySame(one: string, other: string): boolean {
  return one === other && !one.startsWith('W/');
}

function opaque(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag;
}
