import type { Endpoint, ListenerBinding, OpenSockets, RunningServer, ServerTransport } from '@ts-chassis/core';
import { createServer, type Server } from 'node:http';
import { answerClientError } from './client-error.js';
import { HEADERS_MS, KEEP_ALIVE_MS, MAX_HEADERS, type RestLimits } from './limits.js';
import { RequestHandler } from './request-handler.js';
import type { RestSettings } from './rest-settings.js';
import { routesOf } from './routes.js';
import { serveWithoutUpgrade } from './serve-without-upgrade.js';

/**
 * Serves operations over HTTP/1.1.
 *
 * @example
 * ```ts
 * const transport = new HttpServerTransport({ limits: () => limits, codecs: new Map() });
 * const server = await transport.listen(binding);
 * ```
 */
export class HttpServerTransport implements ServerTransport {
  readonly protocol = 'rest';

  constructor(private readonly settings: RestSettings) {}

  /** @throws ChassisError `ROUTE_INVALID` when operations cannot be served together */
  check(binding: Pick<ListenerBinding, 'listener' | 'operations'>): void {
    routesOf(binding, this.settings);
  }

  async listen(binding: ListenerBinding): Promise<RunningServer> {
    const handler = new RequestHandler(binding, routesOf(binding, this.settings), this.settings);
    const server = createServer(optionsOf(handler.limits.value));
    server.maxHeadersCount = MAX_HEADERS + 1;
    server.on('connection', handler.onConnection);
    server.on('request', handler.onRequest);
    server.on('checkContinue', handler.onRequest);
    server.on('checkExpectation', handler.onExpectation);
    server.on('connect', handler.onConnect);
    // Only then: with a listener for it Node gives away every connection on which a client offers another protocol.
    if (!handler.upgrades.isEmpty) {
      server.on('upgrade', (request, _socket, head) => {
        if (!handler.upgrades.take(request, head)) serveWithoutUpgrade(server, request, head);
      });
    }
    server.on('clientError', answerClientError);
    // It listens to nobody itself; told that it does, it begins to look for slow senders.
    server.emit('listening');
    const sockets = await binding.sockets.open({
      alpn: ['http/1.1'],
      halfOpen: true,
      take: (socket) => void server.emit('connection', socket),
    });
    return new RestServer(server, handler, sockets);
  }
}

function optionsOf(limits: RestLimits): object {
  const timeoutMs = limits.timeoutMs;
  return {
    maxHeaderSize: limits.maxHeaderBytes,
    // We refuse that ourselves, so that it is told as other faults are, and counted.
    requireHostHeader: false,
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: timeoutMs === 0 ? HEADERS_MS : Math.min(timeoutMs, HEADERS_MS),
    requestTimeout: timeoutMs,
    // How often slow senders are looked for: often enough to be within a tenth of the limit.
    connectionsCheckingInterval: timeoutMs === 0 ? 1000 : Math.max(10, Math.min(1000, timeoutMs / 10)),
  };
}

/** How many of the requests that a stop cut off are told of, the oldest. */
const MOST_TOLD = 20;

class RestServer implements RunningServer {
  #stopping: Promise<void> | undefined;

  constructor(
    private readonly server: Server,
    private readonly handler: RequestHandler,
    private readonly sockets: OpenSockets,
  ) {}

  get endpoint(): Endpoint {
    return this.sockets.endpoint;
  }

  /** Resolves once no new connection is taken; those that are open stay until they are answered. */
  stopAccepting(): Promise<void> {
    this.#stopping ??= Promise.resolve().then(() => {
      this.handler.stop();
      this.sockets.close();
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
    this.#tellUnderWay();
    const emptied = this.handler.emptied();
    this.server.closeAllConnections();
    for (const { socket } of this.handler.connections) socket.destroy();
    await emptied;
  }

  /** Whoever looks for the reason of a slow stop finds here what it waited for. */
  #tellUnderWay(): void {
    const requests = this.handler.underWay;
    if (requests.length === 0) return;
    this.handler.binding.logger.warn('requests are ended before their answer', {
      listener: this.handler.binding.listener.name,
      count: requests.length,
      requests: requests.slice(0, MOST_TOLD),
    });
  }
}
