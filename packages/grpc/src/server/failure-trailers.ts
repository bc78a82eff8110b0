import { ChassisError, failureToData, type FailureData, type ListenerBinding, type Reply } from '@ts-chassis/core';
import type { OutgoingHttpHeaders } from 'node:http2';
import { CODE_OF_KIND } from '../status.js';
import { encodeMessage } from './grpc-message.js';
import { addHeaders } from './outgoing-metadata.js';
import type { ReceivedCall } from './received-call.js';
import { statusDetails } from './status-details-writer.js';

type Teller = Pick<ListenerBinding, 'logger' | 'service'>;

/** What ends a call that failed: `grpc-status`, `grpc-message`, details and what the error's reply says. */
export function failureTrailers(call: ReceivedCall, error: ChassisError, binding: Teller): OutgoingHttpHeaders {
  try {
    return trailersOf(error, binding.service);
  } catch (fault) {
    // its reply has a header that metadata cannot carry: a failure of its own, which has no reply
    const own = ChassisError.from(fault);
    logHidden(call, own, binding);
    return trailersOf(own, binding.service);
  }
}

function trailersOf(error: ChassisError, service: string): OutgoingHttpHeaders {
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
export function logHidden(call: ReceivedCall, error: ChassisError, { logger }: Teller): void {
  if (!isHidden(error) || error.remote) return;
  logger.error('call failed', { operation: call.method!.served.operation.id, listener: call.listener, error });
}
