import { ChassisError } from '@ts-chassis/core';
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
  const trailers = failureTrailers(call, error, binding);
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
    const error = ChassisError.from(thrown);
    const { binding } = call.connection.handler;
    logHidden(call, error, binding);
    if (!stream.destroyed) stream.sendTrailers(failureTrailers(call, error, binding));
  }
}
