import type { Exchange } from '../server/exchange.js';

/** What Express middleware finds on request and response without Express: plain fields that cost next to nothing. */
export interface Prepared {
  /** The target as it came, whatever a mounted path makes of `url`. */
  originalUrl?: string;
  /** The path that the running middleware is mounted below. */
  baseUrl?: string;
  /** Of the peer; `X-Forwarded-For` is not believed. */
  ip?: string;
  /** Written by authentication middleware. */
  user?: unknown;
}

/** Makes request and response ready for middleware, once for each request. */
export function prepare(exchange: Exchange): void {
  if (exchange.touched) return;
  exchange.touched = true;
  const request = exchange.request as Prepared & { readonly url?: string };
  request.originalUrl = request.url ?? '/';
  request.baseUrl = '';
  request.ip = exchange.remoteAddress;
  promiseToRead(exchange);
  (exchange.response as { locals?: object }).locals ??= Object.create(null) as object;
}

/** Whoever reads a body by himself does not know that a client with `Expect: 100-continue` waits for a word before it sends it. */
export function promiseToRead({ request, response }: Exchange): void {
  if (request.headers.expect !== undefined && !response.headersSent) response.writeContinue();
}
