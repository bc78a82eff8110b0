import { ChassisError, failureToData, type FailureData, type Reply } from '@ts-chassis/core';
import type { OutgoingHttpHeaders } from 'node:http2';
import { CODE_OF_KIND } from '../status.js';
import type { Call } from './call.js';
import { encodeMessage } from './grpc-message.js';
import { addHeaders } from './outgoing-metadata.js';
import { statusDetails } from './status-details-writer.js';

/** Content type of every answer. */
export const GRPC_TYPE = 'application/grpc';

/** Answers a call with a failure: as trailers behind what was sent, else as the only thing. */
export function writeFailure(call: Call, thrown: unknown): void {
  const { stream } = call;
  const error = ChassisError.from(thrown);
  if (isHidden(error) && !error.remote) logFailure(call, error);
  if (call.gone || stream.destroyed || stream.writableEnded) return;
  if (call.httpStatus > 0) {
    stream.respond({ ':status': call.httpStatus }, { endStream: true });
    return;
  }
  const trailers = failureTrailers(error, call.connection.handler.binding.service);
  if (stream.headersSent) {
    call.trailers = trailers;
    stream.end();
    return;
  }
  if (error.code === 'COMPRESSION_UNKNOWN') trailers['grpc-accept-encoding'] = 'identity,gzip,deflate';
  stream.respond({ ':status': 200, 'content-type': GRPC_TYPE, ...trailers }, { endStream: true });
}

function failureTrailers(error: ChassisError, service: string): OutgoingHttpHeaders {
  const told = toldOf(error);
  const trailers: OutgoingHttpHeaders = {
    'grpc-status': String(CODE_OF_KIND[told.kind]),
    'grpc-message': encodeMessage(told.message),
    'grpc-status-details-bin': statusDetails(told, service).toString('base64'),
  };
  const challenge = told.details?.['challenge'];
  if (typeof challenge === 'string' && PRINTABLE.test(challenge)) trailers['www-authenticate'] = challenge;
  const own = error.remote ? undefined : (error.reply as Partial<Reply> | undefined);
  if (own && !isHidden(error)) {
    if (own.headers) addHeaders(trailers, own.headers);
    if (own.trailers) addHeaders(trailers, own.trailers);
  }
  return trailers;
}

/**
 * What the caller is told. `UNKNOWN` is what gRPC calls an error of which only its text is known: a method that says it means that text to be
 * read. What says it on behalf of another service, or of an error that it stands for, does not.
 */
function toldOf(error: ChassisError): FailureData {
  const { kind, code, message, remote, cause } = error;
  return kind === 'UNKNOWN' && !remote && cause === undefined ? { kind, code, message } : failureToData(error);
}

const PRINTABLE = /^[\x20-\x7e]*$/;
const HIDDEN = new Set(['INTERNAL', 'UNKNOWN', 'DATA_LOSS']);

/** Whether nothing of an error may be shown: it speaks of the inside. */
function isHidden({ kind }: ChassisError): boolean {
  return HIDDEN.has(kind);
}

/** Tells the log what the caller is not told. */
function logFailure(call: Call, error: ChassisError): void {
  call.connection.handler.binding.logger.error('call failed', {
    operation: call.method!.served.operation.id,
    listener: call.listener,
    error,
  });
}
