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
import type { RestSettings } from './rest-settings.js';
import { routesOf } from './routes.js';
import { serveWithoutUpgrade } from './serve-without-upgrade.js';

/**
 * Serves operations over HTTP/1.1.
 *
 * @example
 * ```ts
 * const transport = new HttpServerTransport({ limits, codecs: new Map(), wantsTls: () => false });
 * const server = await transport.listen(binding);
 * ```
 */
export class HttpServerTransport implements ServerTransport {
  readonly protocol = 'rest';

  constructor(private readonly settings: RestSettings) {}

  /**
   * @throws ChassisError `ROUTE_INVALID` when operations cannot be served together; `LISTENER_INVALID` when the listener shall speak TLS: it
   * would speak plain HTTP
   */
  check(binding: Pick<ListenerBinding, 'listener' | 'operations'>): void {
    const { name, trust } = binding.listener;
    if (trust === 'mtls') {
      const key = `servicecomb.protocols.${name}.trust`;
      throw coreError('LISTENER_INVALID', `${key}: "mtls" needs TLS, ${NO_TLS}; expected peers or none`);
    }
    if (this.settings.wantsTls(name)) {
      const key = `ssl.${name}.Provider`;
      throw coreError('LISTENER_INVALID', `${key}: TLS is configured (there, or for all under ssl), ${NO_TLS}`);
    }
    routesOf(binding, this.settings);
  }

  async listen(binding: ListenerBinding): Promise<RunningServer> {
    const handler = new RequestHandler(binding, routesOf(binding, this.settings), this.settings);
    const server = createServer(optionsOf(this.settings.limits.value));
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
    await open(server, binding);
    return new RestServer(server, handler, endpointOf(server, binding));
  }
}

const NO_TLS = 'which listeners of REST do not speak yet';

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

/** How many of the requests that a stop cut off are told of, the oldest. */
const MOST_TOLD = 20;

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
