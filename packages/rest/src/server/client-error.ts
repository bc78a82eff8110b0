import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { restError, type RestErrorCode } from '../codes.js';
import { Connection } from './connection.js';
import { problemText, statusOfError } from './problem.js';

/**
 * Answers what is no proper request: broken syntax, too many headers, too slow. A request that is still arriving learns of it when its
 * body is asked for, and is answered like any other; without one the answer is written by hand, since Node has no response object.
 */
export function answerClientError(fault: NodeJS.ErrnoException, socket: Socket): void {
  const error = errorOf(fault);
  const connection = Connection.of(socket);
  if (!error || !connection || connection.lingering) {
    socket.destroy();
    return;
  }
  for (const exchange of connection.open) {
    if (!exchange.isArriving || exchange.response.headersSent) continue;
    exchange.fail(error);
    return;
  }
  if (connection.open.size > 0 || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = statusOfError(error);
  const body = problemText(error);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** Undefined when there is nobody to answer. */
function errorOf(fault: NodeJS.ErrnoException): ReturnType<typeof restError> | undefined {
  const code = codeOf(fault.code ?? '');
  return code && restError(code, MESSAGES[code] ?? fault.message);
}

function codeOf(code: string): RestErrorCode | undefined {
  if (code === 'HPE_HEADER_OVERFLOW') return 'HEADERS_TOO_LARGE';
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'REQUEST_TIMEOUT';
  // The client ended in mid-request: it is gone.
  if (code === 'HPE_INVALID_EOF_STATE') return undefined;
  return code.startsWith('HPE_') ? 'REQUEST_MALFORMED' : undefined;
}

const MESSAGES: Partial<Record<RestErrorCode, string>> = {
  HEADERS_TOO_LARGE: 'the headers are larger than this listener reads',
  REQUEST_TIMEOUT: 'the request came too slowly',
  REQUEST_MALFORMED: 'what came is no HTTP request',
};
