import type { Operation } from '@ts-chassis/core';

/**
 * How one operation travels over gRPC: its path, its kind, and the way between arguments, messages and bytes. Made once when the operation is
 * planned; the same for both sides. A message is a plain object whose values are those of the program: a `Date`, a `Buffer` or a `bigint` where the
 * class declares one. Headers and cookies are not in it (see `metadataParameters`).
 */
export interface MethodPlan {
  readonly operation: Operation;
  /** `/{service}/{method}`, exactly as the schema and the operation are called. */
  readonly path: string;
  /**
   * The path by which programs call that were made from the written `.proto`, when names had to be changed there because protobuf has no
   * dashes and the like; undefined when it is the same. A server answers both.
   */
  readonly alias: string | undefined;
  /** Whether the caller sends a stream of messages: the parameter whose items they are is `streamed`. */
  readonly requestStream: boolean;
  /** Whether the callee answers with a stream of messages. */
  readonly responseStream: boolean;
  /** Position of the argument that is the stream; undefined when the request is one message. */
  readonly streamed: number | undefined;
  /**
   * The request message of a call's arguments. Not for request streams.
   *
   * @throws ChassisError `ARGUMENT_UNSENDABLE`
   */
  toMessage(args: readonly unknown[]): object;
  /** The arguments, by position, that a request message carries: those of the server only and headers are left out. Not validated. */
  toArguments(message: object): unknown[];
  /** The message of an item of the request stream, and back. */
  itemToMessage(item: unknown): object;
  messageToItem(message: object): unknown;
  /**
   * The response message of a result, or of an item of a stream: what is not declared is left out when it is encoded.
   *
   * @throws ChassisError `RESULT_UNSENDABLE`, `RESULT_INVALID`
   */
  resultToMessage(value: unknown): object;
  /** The result; where its type `converts` to instances with methods or by a Standard Schema, it is still to be validated. */
  messageToResult(message: object): unknown;
  /** @throws ChassisError `ARGUMENT_UNSENDABLE` for what does not fit, by field */
  encodeRequest(message: object): Buffer;
  /** @throws ChassisError `MESSAGE_MALFORMED` (`INVALID_ARGUMENT`) */
  decodeRequest(bytes: Buffer): object;
  /** @throws ChassisError `RESULT_UNSENDABLE` for what does not fit, by field */
  encodeResponse(message: object): Buffer;
  /** @throws ChassisError `REPLY_MALFORMED` (`INTERNAL`, remote) */
  decodeResponse(bytes: Buffer): object;
}
