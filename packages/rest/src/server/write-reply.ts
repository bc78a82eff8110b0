import { HeaderMap, isStream, type Reply } from '@ts-chassis/core';
import { FileBody } from '../replies/file-body.js';
import type { Exchange } from './exchange.js';
import type { Representation } from './representation.js';
import { writeBody } from './write-body.js';
import { writeFile } from './write-file.js';
import { writeHead } from './write-head.js';
import { writeStream } from './write-stream.js';

/**
 * Writes a reply.
 *
 * @returns for what takes time, what resolves when it is over
 * @throws whatever keeps a reply from being written while nothing of it is out: a value that does not fit, a header that may not be
 */
export function writeReply(exchange: Exchange, reply: Reply): Promise<void> | undefined {
  const { response } = exchange;
  if (reply.sent || response.headersSent) return undefined;
  const plan = exchange.route.reply;
  const { value } = reply;
  const form = exchange.form ?? plan.main;
  if (isStream(value)) return writeStream(exchange, reply, value);
  const status = reply.status ?? plan.status;
  if (value === undefined || status === 204 || status === 304) return writeEmpty(exchange, reply, status);
  if (value instanceof FileBody) return writeFile(exchange, reply, value);
  if (value instanceof Uint8Array && plan.sendsBytes(form)) {
    return writeBody(exchange, reply, { status, type: typeOfBytes(form), body: value });
  }
  if (isItems(form)) return writeStream(exchange, reply, itemsOf(value));
  const body = plan.bodyOf(value, form);
  if (body === undefined) return writeEmpty(exchange, reply, status);
  if (plan.isFinished || reply.headers !== HeaderMap.empty)
    return writeBody(exchange, reply, { status, type: form.contentType, body });
  writeHead(exchange, reply, { status, type: form.contentType, length: Buffer.byteLength(body) });
  response.end(body);
  return undefined;
}

/** Bytes of an operation that names no media type are just bytes. */
function typeOfBytes(form: Representation): string {
  return form.isStructured ? 'application/octet-stream' : form.contentType;
}

/** Nothing to send is 204, unless the status says something else than a plain success. */
function writeEmpty(exchange: Exchange, reply: Reply, status: number): undefined {
  if (status === 200 || status === 204) writeHead(exchange, reply, { status: 204 });
  else writeHead(exchange, reply, status === 304 ? { status, isBare: true } : { status, length: 0 });
  exchange.response.end();
  return undefined;
}

/** Whether even a single value is written as an item. */
function isItems(form: Representation): boolean {
  return form.framing === 'lines' || form.framing === 'events';
}

async function* itemsOf(value: unknown): AsyncIterable<unknown> {
  if (Array.isArray(value)) yield* value as unknown[];
  else yield value;
}
