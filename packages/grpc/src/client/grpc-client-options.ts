/**
 * How the consumer side of gRPC behaves; how long messages may be is said by `servicecomb.transport.maxBodyBytes.grpc`.
 *
 * @example
 * ```ts
 * const options: GrpcClientOptions = { compression: 'gzip' };
 * ```
 */
export interface GrpcClientOptions {
  /** How requests are compressed, where the callee can undo it; default not at all. Answers are read in any of the two. */
  readonly compression?: 'gzip' | 'deflate';
  /**
   * How long a connection with calls under way may be silent, in milliseconds, until a ping asks whether the other side is still there. Default
   * 6 minutes: a server of grpc-go ends connections that ask more often than every 5. 0 for never.
   */
  readonly keepaliveMs?: number;
  /** How long the answer to such a ping is waited for, in milliseconds, before the calls of the connection fail; default 20 s. */
  readonly keepaliveTimeoutMs?: number;
}
