import { ChassisError, type Reply } from '@ts-chassis/core';
import { STATUS_CODES } from 'node:http';
import type { Exchange } from './exchange.js';
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
  response.writeHead(status, {
    'Content-Length': Buffer.byteLength(text),
    'Content-Type': 'application/problem+json',
    ...headersOf(error, status),
  });
  response.end(text);
}

/** The headers that a refusal says its terms with. */
export function headersOf(error: ChassisError, status: number): Record<string, string> {
  const headers: Record<string, string> = {};
  if (error.retryAfterMs !== undefined)
    headers['Retry-After'] = String(Math.max(0, Math.ceil(error.retryAfterMs / 1000)));
  if (status === 401) headers['WWW-Authenticate'] = textOf(error.details?.['challenge']) ?? 'Bearer';
  const allow = error.details?.['allow'];
  if (status === 405 && Array.isArray(allow)) headers['Allow'] = allow.join(', ');
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

function logFailure(exchange: Exchange, error: ChassisError): void {
  exchange.binding.logger.error('request failed', {
    operation: exchange.route.operation.id,
    listener: exchange.listener,
    error,
  });
}
