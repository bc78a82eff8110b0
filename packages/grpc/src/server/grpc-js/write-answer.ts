import { ChassisError, HeaderMap, type ListenerBinding, type Reply } from '@ts-chassis/core';
import type { OutgoingHttpHeaders } from 'node:http2';
import { failureTrailers, logHidden } from '../failure-trailers.js';
import { addHeaders } from '../outgoing-metadata.js';
import { endSource, itemsOf, messageOf } from '../reply-items.js';
import type { GrpcJsCall } from './grpc-js-call.js';
import { metadataOf } from './metadata-of.js';
import { SentItems } from './sent-items.js';

/**
 * Writes a reply.
 *
 * @returns for what takes time, what resolves when it is over
 * @throws whatever keeps a reply from being written: a value that does not fit, a header that may not be
 */
export function writeAnswer(call: GrpcJsCall, reply: Reply): Promise<void> | undefined {
  if (call.method!.plan!.responseStream) return writeItems(call, reply);
  const message = messageOf(call, reply.value);
  const trailers = trailersOf(reply);
  sendHeaders(call, reply);
  if (call.gone) return undefined;
  call.wire.sendMessage(message, ignore);
  // behind the message, without waiting for it to be on its way
  call.end(0, trailers);
  return undefined;
}

/** Answers a call with a failure: behind what was sent, else as the only thing. */
export function writeFault(call: GrpcJsCall, thrown: unknown, binding: ListenerBinding): void {
  const error = ChassisError.from(thrown);
  logHidden(call, error, binding);
  if (call.gone) return;
  const trailers = failureTrailers(call, error, binding);
  call.end(Number(trailers['grpc-status']), trailers);
}

function writeItems(call: GrpcJsCall, reply: Reply): Promise<void> | undefined {
  const source = itemsOf(call, reply.value);
  let trailers: OutgoingHttpHeaders | undefined;
  try {
    trailers = trailersOf(reply);
    sendHeaders(call, reply, true);
  } catch (error) {
    endSource(source);
    throw error;
  }
  const items = new SentItems(call, source);
  if (!call.gone) return items.run().then(() => call.end(0, trailers));
  items.leave();
  return undefined;
}

/** Without any, grpc-js sends its own before the first message. */
function sendHeaders(call: GrpcJsCall, { headers }: Reply, always = false): void {
  if (headers === HeaderMap.empty && !always) return;
  const record: OutgoingHttpHeaders = {};
  addHeaders(record, headers);
  call.wire.sendMetadata(metadataOf(record));
}

function trailersOf({ trailers }: Reply): OutgoingHttpHeaders | undefined {
  if (!trailers) return undefined;
  const record: OutgoingHttpHeaders = {};
  addHeaders(record, trailers);
  return record;
}

function ignore(): void {
  // what keeps a message from arriving ends the call
}
