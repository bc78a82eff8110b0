import type { Operation } from '@ts-chassis/core';

/**
 * How one operation travels over gRPC: its path, its kind, and the way between arguments, messages and bytes. Made once when the operation is
 * planned; the same for both sides. A message is a plain object.
 */
export interface MethodPlan {
  readonly operation: Operation;
  /** `/{service}/{method}`. */
  readonly path: string;
  /** Whether the caller sends a stream of messages: the parameter whose items they are is `streamed`. */
  readonly requestStream: boolean;
  /** Whether the callee answers with a stream of messages. */
  readonly responseStream: boolean;
  /** Position of the argument that is the stream; undefined when the request is one message. */
  readonly streamed: number | undefined;
  /** The request message of a call's arguments; of a request stream, the arguments of one item. */
  toMessage(args: readonly unknown[]): object;
  /** The arguments, by position, that a request message carries: those of the server only and headers are left out. */
  toArguments(message: object): unknown[];
  /** The message of an item of the request stream, and back. */
  itemToMessage(item: unknown): object;
  messageToItem(message: object): unknown;
  /** The response message of a result, or of an item of a stream: only declared fields. */
  resultToMessage(value: unknown): object;
  messageToResult(message: object): unknown;
  encodeRequest(message: object): Buffer;
  decodeRequest(bytes: Buffer): object;
  encodeResponse(message: object): Buffer;
  decodeResponse(bytes: Buffer): object;
}
