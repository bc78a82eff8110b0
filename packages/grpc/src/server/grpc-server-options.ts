/**
 * How the provider side of gRPC behaves. How long messages and metadata may be, and how long a call may take, is said by
 * `servicecomb.transport.{maxBodyBytes,maxHeaderBytes,timeout}.grpc`.
 *
 * @example
 * ```ts
 * const options: GrpcServerOptions = { compression: 'gzip', maxConcurrentCalls: 200 };
 * ```
 */
export interface GrpcServerOptions {
  /**
   * What speaks HTTP/2: `http2`, the default, is Node's own with what is written here around it; `grpc-js` is the server of `@grpc/grpc-js`, for
   * who wants just what the other programs of Node have. Some limits cannot be given to that one: see docs/grpc.md.
   */
  readonly engine?: 'http2' | 'grpc-js';
  /** How answers are compressed for clients that can undo it; default not at all. Requests are read compressed by gzip or deflate in any case. */
  readonly compression?: 'gzip';
  /** Messages shorter than this many bytes are not compressed; default 1024. */
  readonly compressFromBytes?: number;
  /** Calls under way on one connection (HTTP/2's `MAX_CONCURRENT_STREAMS`); default 1000. Clients keep further ones back. */
  readonly maxConcurrentCalls?: number;
  /** How often each connection is asked whether its other side is there, in milliseconds; default 60 s, 0 for never. */
  readonly keepaliveMs?: number;
  /** How long the answer is waited for, in milliseconds, before the connection is closed; default 20 s. */
  readonly keepaliveTimeoutMs?: number;
  /** After how many milliseconds clients are asked to connect anew, so that they spread over new instances; default 0, never. */
  readonly maxConnectionAgeMs?: number;
  /** How long calls may go on after that, in milliseconds; default 0, until they end. */
  readonly maxConnectionAgeGraceMs?: number;
}

/** {@link GrpcServerOptions} with nothing left out. */
export type ServerBehaviour = Omit<Required<GrpcServerOptions>, 'compression' | 'engine'> &
  Pick<GrpcServerOptions, 'compression'>;

/** Megabytes that Node may use for one connection, beyond which it opens no further stream on it. */
export const MOST_MEMORY_MB = 64;

export function behaviourOf(options: GrpcServerOptions = {}): ServerBehaviour {
  return {
    ...(options.compression && { compression: options.compression }),
    compressFromBytes: options.compressFromBytes ?? 1024,
    maxConcurrentCalls: options.maxConcurrentCalls ?? 1000,
    keepaliveMs: options.keepaliveMs ?? 60_000,
    keepaliveTimeoutMs: options.keepaliveTimeoutMs ?? 20_000,
    maxConnectionAgeMs: options.maxConnectionAgeMs ?? 0,
    maxConnectionAgeGraceMs: options.maxConnectionAgeGraceMs ?? 0,
  };
}
