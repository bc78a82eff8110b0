import { ChassisError } from '@ts-chassis/core';
import type { OutgoingHttpHeaders } from 'node:http2';
import type { Call } from './call.js';
import { failureTrailers, logHidden } from './failure-trailers.js';

/** Content type of every answer. */
export const GRPC_TYPE = 'application/grpc';

/** Answers a call with a failure: as trailers behind what was sent, else as the only thing. */
export function writeFailure(call: Call, thrown: unknown): void {
  const { stream } = call;
  const error = ChassisError.from(thrown);
  const { binding } = call.connection.handler;
  logHidden(call, error, binding);
  if (call.gone || stream.destroyed || stream.writableEnded) return;
  if (call.httpStatus > 0) {
    stream.respond({ ':status': call.httpStatus }, { endStream: true });
    return;
  }
  const trailers = trailersOf(call, error);
  if (stream.headersSent) {
    call.trailers = trailers;
    stream.end();
    return;
  }
  if (error.code === 'COMPRESSION_UNKNOWN') trailers['grpc-accept-encoding'] = 'identity,gzip,deflate';
  stream.respond({ ':status': 200, 'content-type': GRPC_TYPE, ...trailers }, { endStream: true });
}

/** Trailers that HTTP/2 does not take are told by the log, and the call ends all the same. */
export function sendTrailers(call: Call): void {
  const { stream } = call;
  try {
    stream.sendTrailers(call.trailers);
  } catch (thrown) {
    if (!stream.destroyed) stream.sendTrailers(trailersOfInside(call, thrown));
  }
}

/** What an error says besides itself may be what metadata cannot carry. */
function trailersOf(call: Call, error: ChassisError): OutgoingHttpHeaders {
  try {
    return failureTrailers(error, call.connection.handler.binding.service);
  } catch (thrown) {
    return trailersOfInside(call, thrown);
  }
}

function trailersOfInside(call: Call, thrown: unknown): OutgoingHttpHeaders {
  const { binding } = call.connection.handler;
  const error = ChassisError.from(thrown);
  logHidden(call, error, binding);
  return failureTrailers(error, binding.service);
}
