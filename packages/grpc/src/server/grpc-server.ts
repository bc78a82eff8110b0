import type { ListenerBinding, RunningServer, ServerTransport } from '@ts-chassis/core';
import type { GrpcServerSettings } from './grpc-server-settings.js';
import { methodsOf } from './methods.js';

/**
 * Serves operations over gRPC. HTTP/2 is spoken by Node's own `node:http2`, or by the server of grpc-js where that is chosen; either is loaded, like all
 * that is behind it, when a listener opens.
 *
 * @example
 * ```ts
 * const transport = new GrpcServerTransport({ limits: () => limits, protos });
 * const server = await transport.listen(binding);
 * ```
 */
export class GrpcServerTransport implements ServerTransport {
  readonly protocol = 'grpc';

  constructor(private readonly settings: GrpcServerSettings) {}

  /** @throws ChassisError `METHOD_CONFLICT` for two operations on one path; `PROTO_INVALID`, `PROTO_BREAKING` */
  check(binding: Pick<ListenerBinding, 'listener' | 'operations'>): void {
    methodsOf(binding, this.settings);
  }

  async listen(binding: ListenerBinding): Promise<RunningServer> {
    if (this.settings.options?.engine === 'grpc-js') {
      const { openGrpcJsServer } = await import('./grpc-js/open-grpc-js-server.js');
      return openGrpcJsServer(binding, this.settings);
    }
    const { openServer } = await import('./open-server.js');
    return openServer(binding, this.settings);
  }
}
