/**
 * What bounds one listener. Read anew for every request, so that a change of configuration acts at once, but for those that are fixed
 * when the listener opens.
 */
export interface RestLimits {
  /** Longest body in bytes, 0 for none. */
  readonly maxBodyBytes: number;
  /** Longest block of headers in bytes; fixed when the listener opens. */
  readonly maxHeaderBytes: number;
  /** Time for one request in milliseconds, 0 for none; how slowly a request may arrive follows from it when the listener opens. */
  readonly timeoutMs: number;
}

/** More headers than any client sends. */
export const MAX_HEADERS = 1000;

/** The longest that headers may take to arrive, whatever the time for a request. */
export const HEADERS_MS = 60_000;

/** Longer than clients keep idle connections by themselves, so that it is they who close them. */
export const KEEP_ALIVE_MS = 65_000;

/** How long data of a refused body is thrown away, so that the client reads the answer rather than a reset. */
export const LINGER_MS = 1000;

/** What may be left of an unread body without closing its connection. */
export const SMALL_REST_BYTES = 64 * 1024;
