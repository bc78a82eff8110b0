import { ChassisError, type Reply } from '@ts-chassis/core';
import { STATUS_CODES } from 'node:http';
import type { Exchange } from './exchange.js';
import { logFailure } from './log-failure.js';
import { isHidden, problemText, statusOfError } from './problem.js';
import { writeReply } from './write-reply.js';

/**
 * Answers with an error as `application/problem+json`. A method that replied with a failure status gets its own reply written. Errors of the
 * inside are logged with their cause and shown as "internal error". An answer that has begun is broken off.
 */
export async function writeError(exchange: Exchange, thrown: unknown): Promise<void> {
  const { response } = exchange;
  const error = ChassisError.from(thrown);
  const own = ownReply(error);
  if (own && !response.headersSent) {
    try {
      await writeReply(exchange, own);
      return;
    } catch (failure) {
      return writeProblem(exchange, ChassisError.from(failure));
    }
  }
  writeProblem(exchange, error);
}

function writeProblem(exchange: Exchange, error: ChassisError): void {
  const { response } = exchange;
  if (isHidden(error) && !error.remote) logFailure(exchange, error);
  if (response.headersSent) {
    if (!response.writableEnded) response.destroy();
    return;
  }
  const status = statusOfError(error);
  const text = problemText(error);
  // A head that was refused half-way leaves its words behind.
  response.statusMessage = STATUS_CODES[status] ?? 'Client Closed Request';
  const headers: Record<string, string | number> = {
    'Content-Length': Buffer.byteLength(text),
    'Content-Type': 'application/problem+json',
    ...headersOf(error, status),
  };
  // Loggers of middleware ask the response for its headers, which knows those only that were set.
  if (exchange.touched) for (const name of Object.keys(headers)) response.setHeader(name, headers[name]!);
  response.writeHead(status, exchange.touched ? undefined : headers);
  response.end(text);
}

/** The headers that a refusal says its terms with. */
export function headersOf(error: ChassisError, status: number): Record<string, string> {
  const headers: Record<string, string> = {};
  if (error.retryAfterMs !== undefined && Number.isFinite(error.retryAfterMs))
    headers['Retry-After'] = String(Math.max(0, Math.ceil(error.retryAfterMs / 1000)));
  if (status === 401) headers['WWW-Authenticate'] = textOf(error.details?.['challenge']) ?? 'Bearer';
  const codings = error.details?.['acceptEncoding'];
  if (status === 415 && Array.isArray(codings)) headers['Accept-Encoding'] = codings.join(', ');
  const allow = error.details?.['allow'];
  const methods = status === 405 && Array.isArray(allow) ? textOf(allow.join(', ')) : undefined;
  if (methods !== undefined) headers['Allow'] = methods;
  if (status === 426) {
    headers['Upgrade'] = textOf(error.details?.['upgrade']) ?? 'websocket';
    headers['Connection'] = 'Upgrade';
  }
  const length = error.details?.['length'];
  if (status === 416 && typeof length === 'number') headers['Content-Range'] = `bytes */${length}`;
  return headers;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\x20-\x7e]+$/.test(value) ? value : undefined;
}

/** The reply of a method that answered with a failure status, not that of a called service. */
function ownReply(error: ChassisError): Reply | undefined {
  const { reply } = error;
  if (error.remote || typeof reply !== 'object' || reply === null) return undefined;
  return 'value' in reply && 'headers' in reply && 'status' in reply ? (reply as Reply) : undefined;
}
