import { HeaderMap, type Reply } from '@ts-chassis/core';
import type { OutgoingHttpHeaders } from 'node:http2';
import type { Call } from './call.js';
import { frameOf, frameOfCompressed } from './framing.js';
import { addHeaders } from './outgoing-metadata.js';
import { endSource, itemsOf, messageOf } from './reply-items.js';
import { ReplyStream } from './reply-stream.js';
import { GRPC_TYPE } from './write-failure.js';

const WAIT_FOR_TRAILERS = { waitForTrailers: true };

/**
 * Writes a reply.
 *
 * @returns for what takes time, what resolves when it is over
 * @throws whatever keeps a reply from being written: a value that does not fit, a header that may not be
 */
export function writeReply(call: Call, reply: Reply): Promise<void> | undefined {
  if (call.method!.plan!.responseStream) return writeStream(call, reply);
  const message = messageOf(call, reply.value);
  const headers = headersOf(call, reply);
  if (call.gone || call.stream.destroyed) return undefined;
  if (compresses(call, message.length)) return writeCompressed(call, headers, message);
  respond(call, headers);
  call.stream.end(frameOf(message));
  return undefined;
}

function respond(call: Call, headers: OutgoingHttpHeaders): void {
  call.waitsForTrailers = true;
  call.stream.respond(headers, WAIT_FOR_TRAILERS);
}

async function writeCompressed(call: Call, headers: OutgoingHttpHeaders, message: Buffer): Promise<void> {
  const frame = await frameOfCompressed(message);
  if (call.gone || call.stream.destroyed) return;
  respond(call, headers);
  call.stream.end(frame);
}

function writeStream(call: Call, reply: Reply): Promise<void> | undefined {
  const items = itemsOf(call, reply.value);
  let headers: OutgoingHttpHeaders;
  try {
    headers = headersOf(call, reply);
  } catch (error) {
    endSource(items);
    throw error;
  }
  const stream = new ReplyStream(call, items, acceptsGzip(call));
  if (call.gone || call.stream.destroyed) {
    stream.leave();
    return undefined;
  }
  respond(call, headers);
  return stream.run();
}

/** Initial metadata; what follows the messages is kept for the end. */
function headersOf(call: Call, reply: Reply): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = { ':status': 200, 'content-type': GRPC_TYPE };
  if (acceptsGzip(call)) headers['grpc-encoding'] = 'gzip';
  if (reply.headers !== HeaderMap.empty) addHeaders(headers, reply.headers);
  if (reply.trailers) addHeaders((call.trailers = { ...call.trailers }), reply.trailers);
  return headers;
}

function compresses(call: Call, length: number): boolean {
  return length >= call.connection.handler.behaviour.compressFromBytes && acceptsGzip(call);
}

function acceptsGzip({ connection, metadata }: Call): boolean {
  if (connection.handler.behaviour.compression !== 'gzip') return false;
  const accepted = metadata.get('grpc-accept-encoding')?.split(',') ?? [];
  return accepted.some((name) => name.trim() === 'gzip');
}
