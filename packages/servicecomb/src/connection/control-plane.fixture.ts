import { Logger, systemClock, type Clock, type LogFields, type TlsMaterials } from '@ts-chassis/core';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { ConnectionOptions } from './connection-options.js';
import type { Connection } from './connection.js';
import { openConnection } from './open-connection.js';

/** What was asked. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** How one request is answered. */
export type Answering = (asked: Asked, response: ServerResponse) => void;

/** Answers with JSON. */
export function json(body: unknown, status = 200): Answering {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8' });
    response.end(typeof body === 'string' ? body : `${JSON.stringify(body)}\n`);
  };
}

/** A control plane of the test: remembers what it was asked, and answers as it is told. */
export class ControlPlane {
  readonly asked: Asked[] = [];
  readonly port: number;
  /** Of `http:` unless it shows a certificate. */
  readonly url: string;
  answer: Answering;
  readonly #sockets = new Set<Socket>();
  #waiting: { readonly count: number; readonly go: () => void }[] = [];

  private constructor(
    readonly server: Server,
    scheme: string,
  ) {
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    this.port = (server.address() as AddressInfo).port;
    this.url = `${scheme}://127.0.0.1:${this.port}`;
    this.answer = json({});
  }

  static async start(options: { key?: string; cert?: string; port?: number } = {}): Promise<ControlPlane> {
    const listen: RequestListener = (request, response) => void plane.#take(request, response);
    const isSecure = options.key !== undefined;
    const server = isSecure ? createSecureServer(options, listen) : createServer(listen);
    server.listen(options.port ?? 0, '127.0.0.1');
    await once(server, 'listening');
    const plane = new ControlPlane(server, isSecure ? 'https' : 'http');
    return plane;
  }

  /** Resolves once so many requests have come. */
  async came(count: number): Promise<void> {
    if (this.asked.length >= count) return;
    await new Promise<void>((go) => this.#waiting.push({ count, go }));
  }

  async stop(): Promise<void> {
    // also those that left HTTP
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((done) => void this.server.close(() => done()));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const asked = { method: request.method!, url: request.url!, headers: request.headers, body };
    this.asked.push(asked);
    for (const { count, go } of this.#waiting) if (this.asked.length >= count) go();
    this.answer(asked, response);
  }
}

/** Keeps its lines. */
export class Lines extends Logger {
  readonly all: { readonly level: string; readonly message: string; readonly fields: LogFields | undefined }[] = [];

  debug(): void {}

  info(message: string, fields?: LogFields): void {
    this.all.push({ level: 'info', message, fields });
  }

  warn(message: string, fields?: LogFields): void {
    this.all.push({ level: 'warn', message, fields });
  }

  error(message: string, fields?: LogFields): void {
    this.all.push({ level: 'error', message, fields });
  }

  child(): Logger {
    return this;
  }

  get messages(): readonly string[] {
    return this.all.map(({ message }) => message);
  }
}

/** Everything that a test opened. */
export class Bench {
  readonly lines = new Lines();
  readonly #closers: (() => Promise<void>)[] = [];

  async plane(options?: Parameters<typeof ControlPlane.start>[0]): Promise<ControlPlane> {
    const plane = await ControlPlane.start(options);
    this.#closers.push(() => plane.stop());
    return plane;
  }

  connection(addresses: readonly string[], options: Partial<ConnectionOptions> = {}): Connection {
    const clock: Clock = systemClock;
    const tls: Pick<TlsMaterials, 'control'> = { control: () => Promise.resolve(undefined) };
    const connection = openConnection({
      ...{ name: 'service-center', key: 'servicecomb.registry.address', tag: 'registrator.Consumer' },
      ...{ addresses, clock, logger: this.lines, tls },
      ...options,
    });
    this.#closers.push(() => connection.close());
    return connection;
  }

  /** To be called after each test. */
  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }
}
