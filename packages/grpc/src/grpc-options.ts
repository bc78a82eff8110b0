import type { GrpcClientOptions } from './client/grpc-client-options.js';
import type { ProtosOptions } from './proto/protos-options.js';
import type { GrpcServerOptions } from './server/grpc-server-options.js';

/**
 * What {@link grpc} takes.
 *
 * @example
 * ```ts
 * const options: GrpcOptions = { server: { compression: 'gzip' }, client: { compression: 'gzip' } };
 * ```
 */
export interface GrpcOptions extends ProtosOptions {
  /** The provider side, on all listeners. */
  readonly server?: GrpcServerOptions;
  /** The consumer side. */
  readonly client?: GrpcClientOptions;
}
