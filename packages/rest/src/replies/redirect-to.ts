import { ChassisError, replyWith, type Reply } from '@ts-chassis/core';

/**
 * The statuses of redirects: 301 and 308 for good, 302 and 307 for now, 303 to the result of a `POST`. 307 and 308 keep the method.
 *
 * @example
 * ```ts
 * const status: RedirectStatus = 303;
 * ```
 */
export type RedirectStatus = 301 | 302 | 303 | 307 | 308;

const STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * A reply that sends the client elsewhere. Where to is the method's own responsibility: a target taken from a request lets strangers use the service's
 * good name (an open redirect), so compare it with a list first.
 *
 * @param url - absolute, or relative to the request; letters beyond ASCII and spaces are percent-encoded
 * @param status - default 302
 * @throws ChassisError `REPLY_HEADER_INVALID` for a line break or another control character, and for any other status
 *
 * @example
 * ```ts
 * @Get('/latest')
 * async latest(): Promise<Reply> { return redirectTo(`/books/${await this.books.latest()}`, 303); }
 * ```
 */
export function redirectTo(url: string, status: RedirectStatus = 302): Reply {
  return replyWith(undefined, { status: redirectStatus(status), headers: { location: redirectTarget(url) } });
}

/** @throws ChassisError `REPLY_HEADER_INVALID` */
export function redirectStatus(status: number): number {
  if (STATUSES.has(status)) return status;
  throw invalid(`expected one of the statuses ${[...STATUSES].join(', ')}, got ${String(status)}`);
}

/**
 * A target as it may stand in a header.
 *
 * @throws ChassisError `REPLY_HEADER_INVALID`
 */
export function redirectTarget(url: string): string {
  // These split headers.
  if (typeof url !== 'string' || url === '' || /[\0-\x1f\x7f]/.test(url))
    throw invalid(`expected a URL in one line, got ${(JSON.stringify(url) ?? 'nothing').slice(0, 100)}`);
  return Buffer.from(url)
    .toString()
    .replace(/[^\x21-\x7e]+|["<>`{}|\\^]/gu, encodeURIComponent);
}

function invalid(complaint: string): ChassisError {
  return new ChassisError('INTERNAL', `redirect: ${complaint}`, { code: 'REPLY_HEADER_INVALID' });
}
