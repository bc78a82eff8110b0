import { NotFound, type Reply } from '@ts-chassis/core';
import type { ReadStream, Stats } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { SendOptions, SendStream } from 'send';
import { byteRangeOf } from '../replies/byte-range.js';
import type { FileBody, FileSending } from '../replies/file-body.js';
import type { Exchange } from './exchange.js';
import { preconditionFailed, unsatisfiable } from './refused-condition.js';
import { ComposedHead, type Head } from './write-head.js';

/**
 * Writes a file with all that may be asked of it: conditions, a part of it, its head only. It is read no faster than the client takes it, and let
 * go when the client goes. One that becomes shorter meanwhile breaks the connection off: what follows on it would be taken for the missing bytes.
 *
 * @returns what resolves when the answer is out or the client is gone
 * @throws ChassisError `NOT_FOUND`, `PRECONDITION_FAILED` or `RANGE_NOT_SATISFIABLE` while nothing is out
 */
export async function writeFile(exchange: Exchange, reply: Reply, { path, sending }: FileBody): Promise<void> {
  if (exchange.gone) return;
  const { response, route } = exchange;
  const head: Head = [];
  new ComposedHead(exchange, reply, { status: 200 }).add(head);
  const names = new Set(OF_FILE);
  for (let at = 0; at < head.length; at += 2) {
    const name = String(head[at]);
    response.setHeader(name, head[at + 1]!);
    if (name !== 'Vary') names.add(name);
  }
  response.statusCode = reply.status ?? route.reply.status;
  // Only applications that send files load it.
  const send = require('send') as typeof import('send');
  const asked = askedBy(exchange);
  const stream = send(asked, encodeURI(path), optionsOf(sending));
  stream.on('file', (_: string, { size }: Stats) => keepOnePart(asked.headers, size));
  try {
    await over(stream, exchange);
  } catch (error) {
    // What was said of the file is not said of the error.
    if (!response.headersSent) for (const name of names) response.removeHeader(name);
    throw error;
  }
}

/** Written by the library. */
const OF_FILE = [
  'accept-ranges',
  'cache-control',
  'content-length',
  'content-range',
  'content-type',
  'etag',
  'last-modified',
];

const CONDITIONS = [
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'if-range',
  'range',
] as const;

/** Conditions and ranges are those of `GET` and of a plain success. */
function askedBy({ request, response }: Exchange): IncomingMessage {
  const { method } = request;
  const headers: IncomingHttpHeaders = {};
  const isRead = response.statusCode === 200 && (method === 'GET' || method === 'HEAD');
  // `Cache-Control: no-cache` is for caches; who says what it has is told whether that is still so.
  for (const name of isRead ? CONDITIONS : []) {
    if (request.headers[name] !== undefined) headers[name] = request.headers[name] as string;
  }
  // A part is asked for by `GET` only (RFC 9110, 14.2).
  if (method === 'HEAD') delete headers.range;
  return { method, headers } as IncomingMessage;
}

/** Leaves of `Range` what is one part of the file, so that the header means the same for files as for other bodies. */
function keepOnePart(headers: IncomingHttpHeaders, size: number): void {
  if (headers.range === undefined) return;
  const part = byteRangeOf(headers.range, size);
  if (part === undefined) delete headers.range;
  else headers.range = part === 'unsatisfiable' ? `bytes=${size}-` : `bytes=${part.start}-${part.end - 1}`;
}

/** What may be seen was decided where the path comes from. */
function optionsOf({ maxAgeMs = 0, immutable = false, ...sending }: FileSending): SendOptions {
  const { etag = true, lastModified = true, acceptRanges = true } = sending;
  return { dotfiles: 'allow', index: false, maxAge: maxAgeMs, immutable, etag, lastModified, acceptRanges };
}

function over(stream: SendStream, exchange: Exchange): Promise<void> {
  const { response } = exchange;
  return new Promise((resolve, reject) => {
    response.once('close', resolve);
    stream.on('directory', () => reject(NotFound('there is no such file')));
    stream.on('error', (error: Error & { status?: number }) => {
      if (response.headersSent) response.destroy();
      reject(refusalOf(error, exchange));
    });
    stream.on('stream', (file: ReadStream) => checkLength(file, exchange, reject));
    stream.pipe(response);
  });
}

/** Sees to it that as many bytes leave as are announced, though a file may change after its size was read. */
function checkLength(file: ReadStream, { response, route }: Exchange, fail: (error: Error) => void): void {
  const announced = Number(response.getHeader('content-length'));
  if (announced === 0) {
    // The library reads one byte even then, which is there when the file has grown.
    file.destroy();
    response.end();
    return;
  }
  file.once('end', () => {
    if (file.bytesRead >= announced) return;
    // At once: the library ends the response next.
    response.destroy();
    const sent = `${announced} bytes, got ${file.bytesRead}`;
    fail(new Error(`${route.operation.id}: the file became shorter while it was sent: expected ${sent}`));
  });
}

function refusalOf(error: Error & { status?: number }, exchange: Exchange): Error {
  const { status = 500 } = error;
  if (status === 412) return preconditionFailed(exchange);
  // The library has said the length in the head by then.
  if (status === 416)
    return unsatisfiable(exchange, Number(String(exchange.response.getHeader('content-range')).split('/')[1]));
  return status < 500 ? NotFound('there is no such file') : error;
}
