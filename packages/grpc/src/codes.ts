import { ChassisError, type ChassisErrorOptions, type ErrorCode } from '@ts-chassis/core';

/**
 * The codes that gRPC throws or answers with, beside those of core; `docs/errors.md` is generated from both.
 *
 * @example
 * ```ts
 * console.log(GRPC_ERRORS.PROTO_BREAKING.kind); // FAILED_PRECONDITION
 * ```
 */
export const GRPC_ERRORS = {
  PROTO_INVALID: {
    kind: 'FAILED_PRECONDITION',
    when: 'a `.proto` file cannot be read or does not parse, or a method with `@Rpc` cannot be said in one or does not fit the one given',
    remedy:
      'Follow the message: it names the file and line, or the method and the field, what was expected and what is there.',
  },
  PROTO_BREAKING: {
    kind: 'FAILED_PRECONDITION',
    when: 'a message that is derived from a class no longer fits the lock file: a field has another type, or a removed name came back',
    remedy:
      'Give the field a new name, or, when no other program uses the old one, run `chassis proto --write --accept-breaking`.',
  },
  PROTO_LOCK_INVALID: {
    kind: 'FAILED_PRECONDITION',
    when: 'a lock file that is named cannot be read, or is no lock file of this version',
    remedy: 'Restore it from version control; `chassis proto --write` writes it anew, with new numbers.',
  },
  MESSAGE_MALFORMED: {
    kind: 'INVALID_ARGUMENT',
    when: 'the bytes of a message are no protobuf of its type: cut off, nested deeper than 100 levels, or out of range',
    remedy: 'Make both sides use the same `.proto`; the message names the type.',
  },
  REPLY_MALFORMED: {
    kind: 'INTERNAL',
    when: 'a called service answered with bytes that are no protobuf of the response type',
    remedy: 'Make both sides use the same `.proto`; the message names the type.',
  },
  REPLY_INVALID: {
    kind: 'INTERNAL',
    when: 'a called service answered with something that is not what its contract says: no message or several, too large, or of values that it refuses',
    remedy: 'Look at the called service; the message names the operation and what came.',
  },
  SOURCE_FAILED: {
    kind: 'INTERNAL',
    when: 'what the caller gave to be streamed as the messages of a call failed while it was sent',
    remedy: 'Look at the cause: it is the failure of the iterable or stream that was given.',
  },
  ARGUMENT_UNSENDABLE: {
    kind: 'INVALID_ARGUMENT',
    when: 'an argument of a call has no form in the request message: it is missing, or of another type',
    remedy: 'Correct the argument; the message names the field and its type.',
  },
  RESULT_UNSENDABLE: {
    kind: 'INTERNAL',
    when: 'what a method gave back has no form in the response message: a field is missing, or of another type',
    remedy: 'Give back what `@Returns` declares; the message names the field and its type.',
  },
  METHOD_CONFLICT: {
    kind: 'FAILED_PRECONDITION',
    when: 'two operations of a listener have one gRPC path, when the application is planned',
    remedy: 'Name one of them otherwise by `@Rpc({ service, method })`, or give the schemas listeners of their own.',
  },
  METHOD_UNKNOWN: {
    kind: 'UNIMPLEMENTED',
    when: 'a path is called that no operation of the listener has',
    remedy: 'Call `/{schema}/{operation}` of an operation with `@Rpc`; `grpcurl {address} list` names them.',
  },
  REQUEST_NOT_GRPC: {
    kind: 'INVALID_ARGUMENT',
    when: 'an HTTP/2 request is no call of gRPC: not POST (answered with 405), or not `application/grpc` (415)',
    remedy: 'Use a client of gRPC; calls of plain HTTP belong to a listener of REST.',
  },
  METADATA_INVALID: {
    kind: 'INVALID_ARGUMENT',
    when: 'metadata that gRPC defines has a value it cannot have, such as `grpc-timeout: soon`',
    remedy: 'Correct the client; the message names the entry.',
  },
  COMPRESSION_UNKNOWN: {
    kind: 'UNIMPLEMENTED',
    when: 'a message is compressed in a way that the server cannot undo',
    remedy: 'Compress by gzip or deflate, or not at all.',
  },
  MESSAGE_TOO_LARGE: {
    kind: 'RESOURCE_EXHAUSTED',
    when: 'a message is longer than the listener reads, as sent or once it is decompressed',
    remedy: 'Send less, or in several messages, or raise `servicecomb.transport.maxBodyBytes.grpc`.',
  },
  METADATA_TOO_LARGE: {
    kind: 'RESOURCE_EXHAUSTED',
    when: 'the metadata of a call is longer than a listener reads that has the server of grpc-js; others reset such a call',
    remedy: 'Send less metadata, or raise `servicecomb.transport.maxHeaderBytes.grpc`.',
  },
} as const satisfies Record<string, ErrorCode>;

/**
 * The codes of {@link GRPC_ERRORS}.
 *
 * @example
 * ```ts
 * const code: GrpcErrorCode = 'PROTO_INVALID';
 * ```
 */
export type GrpcErrorCode = keyof typeof GRPC_ERRORS;

/** A `ChassisError` with a code of gRPC's table. It has no stack: most are answers to bad input, which must stay cheap. */
export function grpcError(
  code: GrpcErrorCode,
  message: string,
  options?: Omit<ChassisErrorOptions, 'code'>,
): ChassisError {
  return ChassisError.withoutStack(GRPC_ERRORS[code].kind, message, { ...options, code });
}
