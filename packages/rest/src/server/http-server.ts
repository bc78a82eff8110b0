import {
  coreError,
  type Endpoint,
  type ListenerBinding,
  type RunningServer,
  type ServerTransport,
} from '@ts-chassis/core';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerClientError } from './client-error.js';
import { HEADERS_MS, KEEP_ALIVE_MS, MAX_HEADERS, type RestLimits } from './limits.js';
import { RequestHandler } from './request-handler.js';
import { routesOf } from './routes.js';

/**
 * Serves operations over HTTP/1.1.
 *
 * @example
 * ```ts
 * const transport = new HttpServerTransport({ get value() { return transportLimits(config.section(TransportSection), 'rest'); } });
 * const server = await transport.listen(binding);
 * ```
 */
export class HttpServerTransport implements ServerTransport {
  readonly protocol = 'rest';

  /** @param limits - read anew for each request: what follows the configuration */
  constructor(private readonly limits: { readonly value: RestLimits }) {}

  /** @throws ChassisError `ROUTE_INVALID` when operations cannot be served together */
  check(binding: Pick<ListenerBinding, 'listener' | 'operations'>): void {
    routesOf(binding);
  }

  async listen(binding: ListenerBinding): Promise<RunningServer> {
    const handler = new RequestHandler(binding, routesOf(binding), this.limits);
    const server = createServer(optionsOf(this.limits.value));
    server.maxHeadersCount = MAX_HEADERS + 1;
    server.on('connection', handler.onConnection);
    server.on('request', handler.onRequest);
    server.on('checkContinue', handler.onRequest);
    server.on('clientError', answerClientError);
    await open(server, binding);
    return new RestServer(server, handler, endpointOf(server, binding));
  }
}

function optionsOf(limits: RestLimits): object {
  const timeoutMs = limits.timeoutMs;
  return {
    maxHeaderSize: limits.maxHeaderBytes,
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: timeoutMs === 0 ? HEADERS_MS : Math.min(timeoutMs, HEADERS_MS),
    requestTimeout: timeoutMs,
    // How often slow senders are looked for: often enough to be within a tenth of the limit.
    connectionsCheckingInterval: timeoutMs === 0 ? 1000 : Math.max(10, Math.min(1000, timeoutMs / 10)),
  };
}

function open(server: Server, binding: ListenerBinding): Promise<void> {
  const { host, port } = binding.listener.listen;
  return new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException): void => {
      const why = cause.code === 'EADDRINUSE' ? 'the port is in use' : cause.message;
      const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
      reject(
        coreError('LISTEN_FAILED', `listener ${binding.listener.name}: cannot listen on ${address}: ${why}`, { cause }),
      );
    };
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.off('error', fail);
      server.on('error', (error) =>
        binding.logger.error('listener failed', { listener: binding.listener.name, error }),
      );
      resolve();
    });
  });
}

function endpointOf(server: Server, binding: ListenerBinding): Endpoint {
  const { address, port } = server.address() as AddressInfo;
  return { listener: binding.listener.name, host: address, port, ssl: false };
}

class RestServer implements RunningServer {
  #stopping: Promise<void> | undefined;

  constructor(
    private readonly server: Server,
    private readonly handler: RequestHandler,
    readonly endpoint: Endpoint,
  ) {}

  /** Resolves once no new connection is taken; those that are open stay until they are answered. */
  stopAccepting(): Promise<void> {
    this.#stopping ??= Promise.resolve().then(() => {
      this.handler.stop();
      this.server.close();
      this.server.closeIdleConnections();
    });
    return this.#stopping;
  }

  drain(): Promise<void> {
    return this.handler.drained();
  }

  async close(): Promise<void> {
    await this.stopAccepting();
    const emptied = this.handler.emptied();
    this.server.closeAllConnections();
    for (const { socket } of this.handler.connections) socket.destroy();
    await emptied;
  }
}
