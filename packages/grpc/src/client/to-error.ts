import { ChassisError, coreError, type HeaderMap, type Invocation } from '@ts-chassis/core';
import type { StatusObject } from '@grpc/grpc-js';
import { grpcError } from '../codes.js';
import { kindOfCode } from '../status.js';
import { headersOf } from './received-metadata.js';
import { StatusDetailsReader, type StatusDetails } from './status-details.js';

/**
 * What a called service answered with, behind the error made of it (`error.reply`).
 *
 * @example
 * ```ts
 * if (ChassisError.is(error) && error.remote) console.log((error.reply as GrpcStatusReply).status);
 * ```
 */
export interface GrpcStatusReply {
  /** The gRPC status code, 1 to 16, as `servicecomb.transport.failure.grpc` counts (`grpc_14`). */
  readonly status: number;
  /** The text that came with it. */
  readonly message: string;
  /** What came before the status. */
  readonly headers: HeaderMap;
  /** What came with it. */
  readonly trailers: HeaderMap;
}

/** Codes under which grpc-js speaks for itself. */
const UNAVAILABLE = 14;
const INTERNAL = 13;
const RESOURCE_EXHAUSTED = 8;
const DETAILS = 'grpc-status-details-bin';

/** How grpc-js says that nothing of a call left this process, and what that is in words of Node, which all of governance knows. */
const NOT_SENT: readonly (readonly [begin: string, as: { readonly syscall?: string; readonly code?: string }])[] = [
  ['No connection established', { syscall: 'connect' }],
  ['Channel closed before call started', { syscall: 'connect' }],
  ['Name resolution failed', { syscall: 'getaddrinfo' }],
  ['Failed to start HTTP/2 stream', { syscall: 'connect' }],
  // RFC 9113, 8.7: it was not processed
  ['Stream refused by server', { code: 'ERR_HTTP2_STREAM_REFUSED' }],
];

/** How it says that the connection was lost under a call. */
const LOST = /^(Connection dropped|Write error|Write failed|(read|write) E[A-Z]+)/;

/** How it says so when the other side ended the connection for an error of its own, or what it takes for one of ours. */
const ENDED = /triggered by internal client error: Session closed/;

/** How it says that it does not take a message, before and after it is decompressed. */
const TOO_LARGE = /^Received message (larger than max|that decompresses to a size larger)/;

/** What the other side sends carries more than a text nearly always; what grpc-js makes up never does. */
function isMadeUp({ metadata }: StatusObject): boolean {
  return Object.keys(metadata.getMap()).length === 0;
}

function isTooLarge(status: StatusObject): boolean {
  return status.code === RESOURCE_EXHAUSTED && TOO_LARGE.test(status.details) && isMadeUp(status);
}

/** Whether a status says that there is no connection, by the library's own account and not by the other side's. */
function isUnconnected(status: StatusObject): boolean {
  const { code, details } = status;
  if ((code !== UNAVAILABLE && code !== INTERNAL) || !isMadeUp(status)) return false;
  return notSent(details) !== undefined || (code === UNAVAILABLE ? LOST : ENDED).test(details);
}

function notSent(details: string): (typeof NOT_SENT)[number] | undefined {
  return NOT_SENT.find(([begin]) => details.startsWith(begin));
}

/** Makes the errors of calls that did not end well. */
export class CallErrors {
  #details: StatusDetailsReader | undefined;

  /** @param where - `host:port` of the callee */
  of(invocation: Invocation, { status, headers, where }: Ended): ChassisError {
    if (isUnconnected(status)) return unconnected(invocation, status.details, where);
    if (isTooLarge(status))
      return grpcError('REPLY_INVALID', `${invocation.operation.id}: ${status.details}`, { remote: true });
    const reply: GrpcStatusReply = {
      status: status.code,
      message: status.details,
      headers,
      trailers: headersOf(status.metadata),
    };
    const told = this.#told(status);
    const kind = kindOfCode(status.code) ?? 'UNKNOWN';
    const { id } = invocation.operation;
    const said = status.details || `answered with status ${status.code}`;
    // a callee of this framework names the operation itself
    const message = said.startsWith(`${id}: `) ? said : `${id}: ${said}`;
    return ChassisError.withoutStack(kind, message, { remote: true, reply, ...told });
  }

  #told({ metadata }: StatusObject): StatusDetails | undefined {
    const [bytes] = metadata.get(DETAILS);
    if (!Buffer.isBuffer(bytes)) return undefined;
    return (this.#details ??= new StatusDetailsReader()).read(bytes);
  }
}

interface Ended {
  readonly status: StatusObject;
  readonly headers: HeaderMap;
  readonly where: string;
}

/** For a call that got no answer because there was no connection, or none any more. */
function unconnected({ operation }: Invocation, details: string, where: string): ChassisError {
  const [, as] = notSent(details) ?? [];
  const cause = as ? Object.assign(new Error(details), as) : new Error(details);
  return coreError('CALL_FAILED', `${operation.id}: ${where}: ${details}`, { cause });
}

/** Whether a failure means that there is no way to the endpoint now. */
export function isUnreachable(status: StatusObject): boolean {
  if (!isUnconnected(status)) return false;
  const { details } = status;
  return details.startsWith('No connection established') || details.startsWith('Name resolution failed');
}
