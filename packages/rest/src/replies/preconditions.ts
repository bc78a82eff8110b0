import { isStronglySame, isWeaklySame, listsTag, plainTag } from './entity-tag.js';

/** What is known of the present state of a resource. */
export interface Validators {
  readonly etag: string | undefined;
  /** In milliseconds since 1970. */
  readonly lastModifiedMs: number | undefined;
}

/** The headers of a request by their names in lower case. */
export type HeaderReader = (name: string) => string | undefined;

/**
 * Whether `If-Match` or, without it, `If-Unmodified-Since` forbids a request (RFC 9110, 13.2.2). A tag that came with a compressed answer stands
 * for the resource as well.
 */
export function isForbidden(header: HeaderReader, { etag, lastModifiedMs }: Validators): boolean {
  const match = header('if-match');
  if (match !== undefined) {
    if (match.trim() === '*') return etag === undefined && lastModifiedMs === undefined;
    return (
      etag === undefined || !listsTag(match, (tag) => isStronglySame(tag, etag) || isStronglySame(plainTag(tag), etag))
    );
  }
  const sinceMs = timeOf(header('if-unmodified-since'));
  return sinceMs !== undefined && lastModifiedMs !== undefined && seconds(lastModifiedMs) > seconds(sinceMs);
}

/** Whether the client of a `GET` has the present state already: `If-None-Match` or, without it, `If-Modified-Since`. */
export function isUnchanged(header: HeaderReader, { etag, lastModifiedMs }: Validators): boolean {
  const match = header('if-none-match');
  if (match !== undefined) return etag !== undefined && listsTag(match, (tag) => isWeaklySame(tag, etag));
  const sinceMs = timeOf(header('if-modified-since'));
  return sinceMs !== undefined && lastModifiedMs !== undefined && seconds(lastModifiedMs) <= seconds(sinceMs);
}

/** Whether a part may be sent: without `If-Range`, or when it names exactly the present state (RFC 9110, 13.1.5). */
export function isRangeCurrent(header: HeaderReader, { etag, lastModifiedMs }: Validators): boolean {
  const range = header('if-range');
  if (range === undefined) return true;
  if (range.includes('"')) return etag !== undefined && isStronglySame(range.trim(), etag);
  const atMs = timeOf(range);
  return atMs !== undefined && lastModifiedMs !== undefined && seconds(atMs) === seconds(lastModifiedMs);
}

/** A date of HTTP in milliseconds; undefined for what is none, which counts as not said. */
export function timeOf(text: string | undefined): number | undefined {
  if (text === undefined || text.length > 40) return undefined;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : atMs;
}

/** Dates of HTTP know no parts of a second. */
function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
