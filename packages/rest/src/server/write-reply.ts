import { isStream, type Reply } from '@ts-chassis/core';
import type { Exchange } from './exchange.js';
import { writeHead } from './write-head.js';
import { writeStream } from './write-stream.js';

/**
 * Writes a reply.
 *
 * @returns for a stream, what resolves when it is over
 * @throws whatever keeps a reply from being written while nothing of it is out: a value that does not fit, a header that may not be
 */
export function writeReply(exchange: Exchange, reply: Reply): Promise<void> | undefined {
  const { response, route } = exchange;
  if (reply.sent || response.headersSent) return undefined;
  const { value } = reply;
  if (isStream(value)) return writeStream(exchange, reply, value);
  const status = reply.status ?? route.reply.status;
  if (value === undefined || status === 204 || status === 304) writeEmpty(exchange, reply, status);
  else if (value instanceof Uint8Array && route.reply.sendsBytes) writeBytes(exchange, reply, value);
  else {
    const text = route.reply.textOf(value);
    if (text === undefined) writeEmpty(exchange, reply, status);
    else {
      writeHead(exchange, reply, { status, type: route.reply.contentType, length: Buffer.byteLength(text) });
      response.end(text);
    }
  }
  return undefined;
}

/** Bytes of an operation that names no media type are just bytes. */
function writeBytes(exchange: Exchange, reply: Reply, bytes: Uint8Array): void {
  const { isJson, contentType, status } = exchange.route.reply;
  const type = isJson ? 'application/octet-stream' : contentType;
  writeHead(exchange, reply, { status: reply.status ?? status, type, length: bytes.byteLength });
  exchange.response.end(bytes);
}

/** Nothing to send is 204, unless the status says something else than a plain success. */
function writeEmpty(exchange: Exchange, reply: Reply, status: number): void {
  if (status === 200 || status === 204) writeHead(exchange, reply, { status: 204 });
  else writeHead(exchange, reply, status === 304 ? { status } : { status, length: 0 });
  exchange.response.end();
}
