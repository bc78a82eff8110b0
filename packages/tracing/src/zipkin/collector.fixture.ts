import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that a collector got. */
export interface Posted {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** An HTTP server that takes what is posted and answers as told. */
export class Collector {
  readonly posted: Posted[] = [];
  /** The status of answers; undefined to give none. */
  status: number | undefined = 202;
  connections = 0;
  onPosted: (posted: Posted) => void = () => undefined;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => void chunks.push(chunk));
      request.on('end', () => {
        const posted = { path: request.url!, headers: request.headers, body: Buffer.concat(chunks) };
        this.posted.push(posted);
        if (this.status !== undefined) response.writeHead(this.status).end('ok');
        this.onPosted(posted);
      });
    });
    this.#server.on('connection', () => (this.connections += 1));
  }

  async listen(port = 0): Promise<this> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get uri(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Resolves at the next request. */
  next(): Promise<Posted> {
    return new Promise((resolve) => (this.onPosted = resolve));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
