import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { plain, failed, type Answer } from './answer.js';
import { Bodies } from './bodies.js';
import { Call } from './call.js';
import type { Match, Router } from './router.js';

/** What a {@link RegistryServer} is made of. */
export interface ServerParts {
  readonly router: Router;
  readonly maxBodyBytes: number;
  readonly tls: ServerOptions | undefined;
  /** Throws for who may not ask. */
  readonly admit: (path: string, authorization: string) => void;
  /** Takes a connection over as a websocket; undefined when that path has none. */
  readonly upgrade: (match: Match) => ((upgrade: Upgrade) => void) | undefined;
}

/** A connection that asks to become a websocket. */
export interface Upgrade {
  readonly call: Call;
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** The registry's HTTP side: routes requests, and hands over what becomes a websocket. */
export class RegistryServer {
  readonly #server: Server;
  readonly #bodies: Bodies;
  readonly #upgraded = new Set<Duplex>();

  constructor(private readonly parts: ServerParts) {
    this.#bodies = new Bodies(parts.maxBodyBytes);
    // Go's clients keep connections for 90 s, and take one that ends under a request for a failure of the registry.
    const options = { keepAliveTimeout: 100_000, requestTimeout: 30_000 };
    this.#server = parts.tls ? createSecureServer({ ...parts.tls, ...options }) : createServer(options);
    this.#server.maxConnections = 20_000;
    this.#server.on('request', (request, response) => void this.#serve(request, response));
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** @returns the port, which is another one when 0 is asked for */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve((this.#server.address() as { port: number }).port);
      });
    });
  }

  /** Ends every connection. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
      for (const socket of this.#upgraded) socket.destroy();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const answer = await this.#answer(request);
      if (!response.destroyed) send(response, answer, request);
    } catch {
      response.destroy();
    }
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const { method = '', headers } = request;
    const { path, query } = targetOf(request);
    const match = this.parts.router.match(method, path);
    if (!match) return plain(404, '404 page not found');
    if (!match.handler) return plain(405, 'Method Not Allowed');
    try {
      this.parts.admit(match.path, headers.authorization ?? '');
      const text = method === 'GET' ? '' : await this.#bodies.read(request);
      return match.handler(new Call(match.parameters, query, headers, text));
    } catch (error) {
      return failed(error);
    }
  }

  #upgrade(request: IncomingMessage, socket: Socket | Duplex, head: Buffer): void {
    this.#upgraded.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#upgraded.delete(socket));
    const { path, query } = targetOf(request);
    const match = this.parts.router.match('GET', path);
    const take = match && this.parts.upgrade(match);
    if (!match || !take) return refuse(socket, plain(404, '404 page not found'));
    try {
      this.parts.admit(match.path, request.headers.authorization ?? '');
      take({ call: new Call(match.parameters, query, request.headers), request, socket, head });
    } catch (error) {
      refuse(socket, failed(error));
    }
  }
}

function targetOf({ url = '/' }: IncomingMessage): { readonly path: string; readonly query: URLSearchParams } {
  const at = url.indexOf('?');
  return at < 0
    ? { path: url, query: new URLSearchParams() }
    : { path: url.slice(0, at), query: new URLSearchParams(url.slice(at)) };
}

function send(response: ServerResponse, { status, headers, text }: Answer, request: IncomingMessage): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('Server', 'SERVICECENTER/0.0.1');
  response.setHeader('Vary', ['Accept-Encoding', 'Origin']);
  response.setHeader('X-Response-Status', String(status));
  if (status !== 304) response.setHeader('Content-Length', Buffer.byteLength(text));
  // What is still being sent of a request that was refused is not waited for.
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (!request.complete && (length ?? encoding) !== undefined) response.setHeader('Connection', 'close');
  response.statusCode = status;
  response.end(text);
}

function refuse(socket: Duplex, { status, headers, text }: Answer): void {
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = Buffer.byteLength(text);
  socket.end(
    `HTTP/1.1 ${status} Refused\r\n${fields.join('')}Content-Length: ${length}\r\nConnection: close\r\n\r\n${text}`,
  );
}
