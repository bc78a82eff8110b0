import type { ClientTls, Clock } from '@ts-chassis/core';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { LookupFunction } from 'node:net';
import type { ClientOptions, WebSocket } from 'ws';
import type { Address } from './address.js';
import { TimedOut } from './connection-failure.js';
import type { Socket, SocketEnd, SocketListener } from './connection.js';
import { dialAddress } from './dial-address.js';
import { printable } from './printable.js';

/** A side that does not answer a close is left after this time. */
const CLOSE_MS = 1000;

/** More of the answer to a refused handshake is not read. */
const REFUSAL_BYTES = 1024;

const BROKEN = 1006;
const NORMAL = 1000;

type WebSockets = new (address: string, options: ClientOptions) => WebSocket;

/** How a socket ended, and whether its address is to blame. */
export interface WebSocketEnd extends SocketEnd {
  readonly isUnreached: boolean;
}

/** What {@link openWebSocket} needs. */
export interface WebSocketOptions {
  readonly address: Address;
  /** With prefix and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly isRefused: boolean;
  readonly lookup: LookupFunction;
  material(): Promise<ClientTls | undefined>;
  readonly listener: Required<Omit<SocketListener, 'closed'>> & { closed(end: WebSocketEnd): void };
}

/** Opens a websocket; whatever goes wrong comes to `closed`, later than this returns. */
export function openWebSocket(options: WebSocketOptions): Socket {
  const socket = new ControlSocket(options);
  void socket.dial();
  return socket;
}

class ControlSocket implements Socket {
  readonly #options: WebSocketOptions;
  #socket: WebSocket | undefined;
  #isOpened = false;
  #isWanted = true;
  #isOver = false;
  #error: Error | undefined;

  constructor(options: WebSocketOptions) {
    this.#options = options;
  }

  close(): void {
    if (!this.#isWanted) return;
    this.#isWanted = false;
    if (this.#isOpened) this.#socket?.close(NORMAL);
    else this.#socket?.terminate();
    if (!this.#socket) queueMicrotask(() => this.#end({ code: NORMAL, reason: '', isUnreached: false }));
  }

  async dial(): Promise<void> {
    try {
      // loaded when it is needed, which may be never
      const [tls, library] = await Promise.all([this.#options.material(), import('ws')]);
      if (!this.#isWanted || this.#options.isRefused)
        return this.#end({ code: NORMAL, reason: '', isUnreached: false });
      this.#socket = this.#connected(library.WebSocket, tls);
    } catch (error) {
      this.#end({ code: BROKEN, reason: '', error: error as Error, isUnreached: false });
    }
  }

  #connected(Sockets: WebSockets, tls: ClientTls | undefined): WebSocket {
    const { address, path, headers, clock, timeoutMs, maxBytes, lookup, listener } = this.#options;
    const url = `${address.secure ? 'wss' : 'ws'}${address.origin.slice(address.origin.indexOf(':'))}${path}`;
    const socket = new Sockets(url, {
      ...{ headers, maxPayload: maxBytes, perMessageDeflate: false, followRedirects: false },
      // newer than the types
      ...({ closeTimeout: CLOSE_MS } as object),
      createConnection: () => dialAddress(address, { clock, tls, timeoutMs, lookup }),
    });
    const forget = clock.after(timeoutMs, () => {
      this.#error = new TimedOut(timeoutMs);
      socket.terminate();
    });
    socket.on('open', () => {
      forget();
      this.#isOpened = true;
      if (this.#isWanted) listener.opened();
    });
    socket.on('message', (data: Buffer, isBinary) => {
      if (this.#isWanted && !isBinary) listener.message(data.toString('utf8'));
    });
    socket.on('ping', () => {
      if (this.#isWanted) listener.ping();
    });
    socket.on('error', (error) => (this.#error ??= error));
    socket.on('unexpected-response', (request, answer) => this.#refused(request, answer));
    socket.on('close', (code, reason) => {
      forget();
      const isUnreached = this.#isWanted && !this.#isOpened;
      this.#end({ code, reason: printable(reason.toString('utf8')), isUnreached });
    });
    return socket;
  }

  /** The handshake was answered by something else: that is read, as far as it says why. */
  #refused(request: ClientRequest, answer: IncomingMessage): void {
    const status = answer.statusCode ?? 0;
    const chunks: Buffer[] = [];
    let size = 0;
    const end = (): void => {
      request.destroy();
      const reason = printable(Buffer.concat(chunks).toString('utf8'));
      const error = new Error(`the handshake was answered with status ${status}: ${reason}`);
      this.#end({ code: BROKEN, reason, status, error, isUnreached: status >= 500 });
      this.#socket?.terminate();
    };
    answer.on('data', (chunk: Buffer) => {
      chunks.push(chunk.subarray(0, REFUSAL_BYTES - size));
      size += chunk.length;
      if (size >= REFUSAL_BYTES) end();
    });
    answer.once('end', end);
    answer.once('error', end);
    answer.once('close', end);
  }

  #end(end: WebSocketEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const error = end.error ?? this.#error;
    this.#options.listener.closed({ ...end, ...(this.#isWanted && error && { error }) });
  }
}
