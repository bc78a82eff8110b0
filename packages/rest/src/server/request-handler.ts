import { ChassisError, type ListenerBinding, type Reply } from '@ts-chassis/core';
import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { restError } from '../codes.js';
import { applyCors } from '../cors/apply-cors.js';
import type { CorsPolicy } from '../cors/cors-policy.js';
import { Connection, type ConnectionOwner } from './connection.js';
import { Exchange } from './exchange.js';
import { SMALL_REST_BYTES, type RestLimits } from './limits.js';
import { endGently, lingerAfter } from './linger.js';
import { hasBody } from './read-body.js';
import type { RestSettings } from './rest-settings.js';
import { Route } from './route.js';
import type { Router } from './router.js';
import { pathOfTarget } from './target-path.js';
import { tooManyHeaders } from './too-many-headers.js';
import { toInvocation } from './to-invocation.js';
import { methodsAsked, toldOf } from './told.js';
import { untilSent } from './until-sent.js';
import { UpgradeHandler, type UpgradeOwner } from './upgrade-handler.js';
import { writeError } from './write-error.js';
import { writeReply } from './write-reply.js';

/** What is told of a request that has no answer yet. */
export interface RequestUnderWay {
  readonly operation: string;
  readonly ageMs: number;
  readonly remoteAddress: string;
}

const NO_CORS = { value: undefined };

/** Takes the requests of one listener from Node and sees each through to its answer. */
export class RequestHandler implements ConnectionOwner, UpgradeOwner {
  readonly connections = new Set<Connection>();
  readonly limits: { readonly value: RestLimits };
  readonly #cors: { readonly value: CorsPolicy | undefined };
  readonly #unmatched: Route;
  /** Requests for other protocols. */
  readonly upgrades: UpgradeHandler;
  isStopping = false;
  #open = 0;
  #whenDrained: (() => void)[] = [];
  #whenEmpty: (() => void)[] = [];

  constructor(
    readonly binding: ListenerBinding,
    private readonly router: Router<Route>,
    readonly settings: RestSettings,
  ) {
    this.limits = settings.limits(binding.listener.name);
    this.#cors = settings.cors?.(binding.listener.name) ?? NO_CORS;
    this.#unmatched = new Route(binding.unmatched, settings);
    this.upgrades = new UpgradeHandler(this, settings);
  }

  readonly onConnection = (socket: Socket): void => {
    // One that was served without the upgrade it asked for comes a second time.
    if (Connection.of(socket)) return;
    const connection = new Connection(socket, this);
    this.connections.add(connection);
    socket.once('close', () => {
      this.connections.delete(connection);
      connection.abandon();
      this.#settle();
    });
  };

  readonly onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const exchange = this.#exchange(request, response);
    if (!exchange) return;
    this.#route(exchange);
    this.#begin(exchange);
  };

  /** For an `Expect` that is not `100-continue`. */
  readonly onExpectation = (request: IncomingMessage, response: ServerResponse): void => {
    const exchange = this.#exchange(request, response);
    if (!exchange) return;
    exchange.refusal = restError('EXPECTATION_FAILED', 'no other expectation than 100-continue is met');
    this.#begin(exchange);
  };

  /** For `CONNECT`, which Node takes for the end of HTTP on the connection. */
  readonly onConnect = (request: IncomingMessage): void => {
    this.refuseGivenAway(request, notAllowed(request.method!, this.router.methods));
  };

  /** Refuses a request whose connection Node gave away: the answer needs a response made by hand. */
  refuseGivenAway(request: IncomingMessage, refusal: Error): void {
    const { socket } = request;
    socket.on('error', () => socket.destroy());
    const response = new ServerResponse(request);
    const exchange = this.#exchange(request, response);
    if (!exchange || exchange.connection.open.size > 0) {
      socket.destroy();
      return;
    }
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.once('finish', () => endGently(exchange.connection, request, this.binding.clock));
    socket.resume();
    exchange.refusal = refusal;
    this.#begin(exchange);
  }

  /** From now on every answer is the last of its connection; those who took a connection over are told. */
  stop(): void {
    this.isStopping = true;
    this.upgrades.stop();
    for (const { open } of this.connections) for (const exchange of open) exchange.stop();
  }

  /** The requests that wait for their answer, oldest first. */
  get underWay(): readonly RequestUnderWay[] {
    const nowMs = this.binding.clock.elapsed();
    const open = [...this.connections].flatMap((connection) => [...connection.open]);
    return open
      .sort((one, other) => one.startedMs - other.startedMs)
      .map(({ route, startedMs, remoteAddress }) => ({
        operation: route.operation.id,
        ageMs: Math.round(nowMs - startedMs),
        remoteAddress,
      }));
  }

  /** Resolves when every request is answered and every answer is with the system. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenDrained.push(resolve);
      this.#settle();
    });
  }

  /** Resolves when the last connection has closed. */
  emptied(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenEmpty.push(resolve);
      this.#settle();
    });
  }

  #exchange(request: IncomingMessage, response: ServerResponse): Exchange | undefined {
    const connection = Connection.of(request.socket);
    if (connection && !connection.lingering) return new Exchange(connection, { request, response }, this.#unmatched);
    // Its last answer is out: whatever came behind is thrown away.
    request.resume();
    return undefined;
  }

  #begin(exchange: Exchange): void {
    const cors = this.#cors.value;
    if (cors) exchange.isPreflight = applyCors(cors, exchange, () => this.#allowedAt(exchange.path));
    this.begun(exchange);
    void this.#serve(exchange);
  }

  begun(exchange: Exchange): void {
    exchange.connection.open.add(exchange);
    this.#open++;
  }

  #route(exchange: Exchange): void {
    const { request, path } = exchange;
    const tooMany = tooManyHeaders(request);
    if (tooMany) {
      exchange.refusal = tooMany;
      return;
    }
    if (request.headers.host === undefined && request.httpVersionMinor > 0) {
      exchange.refusal = restError('REQUEST_MALFORMED', 'HTTP/1.1 needs a Host header');
      exchange.response.shouldKeepAlive = false;
      return;
    }
    try {
      const match = this.router.find(request.method!, pathOfTarget(path));
      if (match) {
        const { route } = match;
        exchange.params = match.params;
        exchange.route = route.versions ? route.versions.choose(request.headers) : route;
        return;
      }
      const refusal = this.#methodRefusal(request.method!, path) ?? this.upgrades.refusalAt(pathOfTarget(path));
      if (refusal) exchange.refusal = refusal;
    } catch (error) {
      exchange.refusal = error as Error;
    }
  }

  #allowedAt(path: string): readonly string[] {
    try {
      return this.router.allowed(pathOfTarget(path));
    } catch {
      return [];
    }
  }

  /** The path is known, but not for this method. */
  #methodRefusal(method: string, path: string): Error | undefined {
    const allow = path === '*' ? this.router.methods : this.router.allowed(pathOfTarget(path));
    return allow.length === 0 ? undefined : notAllowed(method, allow);
  }

  async #serve(exchange: Exchange): Promise<void> {
    try {
      const reply = await exchange.route.runner.run((exchange.invocation = toInvocation(exchange)));
      const writing = this.#answer(exchange, reply);
      if (writing) await writing;
    } catch (error) {
      await this.refuse(exchange, error);
    }
    // Others may write it still: a method that took the response, middleware that ends it later.
    if (!exchange.response.writableEnded) await untilSent(exchange);
    const closing = exchange.close();
    if (closing) await closing;
    this.over(exchange);
  }

  over(exchange: Exchange): void {
    exchange.connection.open.delete(exchange);
    this.#open--;
    if (this.isStopping) this.#settle();
  }

  #answer(exchange: Exchange, reply: Reply): Promise<void> | undefined {
    this.#prepare(exchange);
    return writeReply(exchange, reply);
  }

  async refuse(exchange: Exchange, error: unknown): Promise<void> {
    // Before what is left of the request is let in, to be thrown away.
    const told = toldOf(exchange, error);
    this.#prepare(exchange);
    try {
      const methods = methodsAsked(exchange, error);
      if (methods) writeOptions(exchange, methods);
      else await writeError(exchange, told);
    } catch (failure) {
      exchange.binding.logger.error('answer failed', { operation: exchange.route.operation.id, error: failure });
      exchange.response.destroy();
    }
  }

  /** Decides, before the head is written, whether the connection lives on. */
  #prepare(exchange: Exchange): void {
    const { request, response } = exchange;
    if (this.isStopping) response.shouldKeepAlive = false;
    if (request.complete || !hasBody(request) || response.headersSent) return;
    if (mayBeDrained(exchange)) return;
    response.shouldKeepAlive = false;
    lingerAfter(exchange.connection, request, this.binding.clock);
  }

  #settle(): void {
    if (this.connections.size === 0) for (const run of this.#whenEmpty.splice(0)) run();
    if (this.#open > 0 || this.#whenDrained.length === 0) return;
    const writing = [...this.connections].filter(({ socket }) => socket.writableLength > 0 && !socket.destroyed);
    if (writing.length === 0) for (const run of this.#whenDrained.splice(0)) run();
    else writing[0]!.socket.once('drain', () => this.#settle());
  }
}

/** A little that nobody read is thrown away by Node; a client that was promised nothing (`Expect`) may not even send it. */
function mayBeDrained({ request, isBroken }: Exchange): boolean {
  const length = Number(request.headers['content-length'] ?? Infinity);
  return length <= SMALL_REST_BYTES && !isBroken && request.headers.expect === undefined;
}

/** What is allowed here, for who asked. */
function writeOptions(exchange: Exchange, error: ChassisError): void {
  const allow = (error.details!['allow'] as readonly string[]).join(', ');
  exchange.response.writeHead(204, { Allow: allow });
  exchange.response.end();
}

function notAllowed(method: string, allow: readonly string[]): Error {
  return restError('METHOD_NOT_ALLOWED', `${method} is not allowed here; allowed: ${allow.join(', ')}`, {
    details: { allow },
  });
}
