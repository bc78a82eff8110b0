import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import type { Clock } from '../clock/clock.js';
import type { Listener } from '../endpoint/listener.js';
import { coreError } from '../errors/core-error.js';
import type { Logger } from '../telemetry/logger.js';
import type { ServerTls } from '../tls/tls-material.js';
import { claimantOf } from './claimant.js';
import { HandshakeFaults } from './handshake-faults.js';
import type { ListenerSockets, OpenSockets, SocketTaker } from './listener-sockets.js';
import { OpenHandshakes } from './open-handshakes.js';

/** A client that does not end its TLS handshake within this time is sent away. */
const HANDSHAKE_MS = 10_000;

/**
 * What a {@link ListenerPort} is made of.
 *
 * @example
 * ```ts
 * const options: ListenerPortOptions = { listener, clock, logger, tls: () => Promise.resolve(undefined) };
 * ```
 */
export interface ListenerPortOptions {
  /** Whose address it is; others may share it. */
  readonly listener: Listener;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How TLS is spoken on it; undefined for not at all. Asked when it opens. */
  tls(): Promise<ServerTls | undefined>;
  /** How long a client may take for its TLS handshake, in milliseconds; default 10 s. */
  readonly handshakeMs?: number;
}

/**
 * An address on which one or several listeners get their connections. With several, the protocol agreed on in TLS decides whose a
 * connection is, without TLS its first bytes.
 *
 * @example
 * ```ts
 * const port = new ListenerPort({ listener, clock, logger, tls: () => services.tls.server(listener.name) });
 * const open = await port.socketsOf('rest').open(taker);
 * ```
 */
export class ListenerPort {
  readonly #options: ListenerPortOptions;
  readonly #takers = new Map<string, SocketTaker>();
  /** Connections of which it is not known yet whose they are. */
  readonly #undecided = new Set<Socket>();
  #handshakes: OpenHandshakes | undefined;
  #opening: Promise<OpenPort> | undefined;

  constructor(options: ListenerPortOptions) {
    this.#options = options;
  }

  /** The part of one listener in it. */
  socketsOf(listener: string): ListenerSockets {
    return { open: (taker) => this.#join(listener, taker) };
  }

  async #join(name: string, taker: SocketTaker): Promise<OpenSockets> {
    this.#takers.set(name, taker);
    try {
      const { server, secure } = await (this.#opening ??= this.#open(taker));
      const { address, port } = server.address() as AddressInfo;
      return {
        endpoint: { listener: name, host: address, port, ssl: secure !== undefined },
        close: () => this.#leave(name),
      };
    } catch (error) {
      this.#takers.delete(name);
      throw error;
    }
  }

  /** The port closes when the last one leaves; until then connections of those who left find nobody. */
  #leave(name: string): void {
    if (!this.#takers.delete(name) || this.#takers.size > 0) return;
    void this.#opening?.then(({ server, secure }) => {
      server.close();
      secure?.close();
      this.#handshakes?.close();
      for (const socket of this.#undecided) socket.destroy();
    });
  }

  async #open({ halfOpen = false }: SocketTaker): Promise<OpenPort> {
    const secure = await this.#options.tls();
    const server = secure ? this.#tlsServer(secure) : createServer({ allowHalfOpen: halfOpen, noDelay: true });
    server.on(secure ? 'secureConnection' : 'connection', (socket: Socket) => this.#give(socket));
    try {
      await this.#listen(server);
    } catch (error) {
      secure?.close();
      throw error;
    }
    return { server, secure };
  }

  #tlsServer(secure: ServerTls): Server {
    const server = createTlsServer({
      ...secure.secure(),
      handshakeTimeout: this.#options.handshakeMs ?? HANDSHAKE_MS,
      noDelay: true,
      // asked for each connection: those who share the port join one after another
      ALPNCallback: ({ protocols }) => this.#agreed(protocols),
    });
    const stopFollowing = secure.follow(server);
    server.once('close', stopFollowing);
    const { listener, clock, logger } = this.#options;
    const faults = new HandshakeFaults(listener.name, clock, logger);
    server.on('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) => {
      faults.add(error, socket);
      // of one that only took too long, Node tells and leaves the connection open
      socket.destroy();
    });
    this.#handshakes = new OpenHandshakes(server);
    return server;
  }

  /** The first name of a taker that the client offers too. */
  #agreed(offered: readonly string[]): string | undefined {
    for (const { alpn = [] } of this.#takers.values()) {
      const name = alpn.find((candidate) => offered.includes(candidate));
      if (name !== undefined) return name;
    }
    // who takes connections without a name takes this one too
    return [...this.#takers.values()].some(({ alpn }) => !alpn) ? offered[0] : undefined;
  }

  #give(socket: Socket): void {
    if (this.#takers.size === 0) {
      socket.destroy();
      return;
    }
    if (this.#takers.size === 1) {
      for (const taker of this.#takers.values()) taker.take(socket);
      return;
    }
    this.#undecided.add(socket);
    socket.once('close', () => this.#undecided.delete(socket));
    claimantOf(socket, [...this.#takers.values()], this.#options.clock, (taker) => {
      this.#undecided.delete(socket);
      if (taker) taker.take(socket);
      else socket.destroy();
    });
  }

  #listen(server: Server): Promise<void> {
    const { listener, logger } = this.#options;
    const { host, port } = listener.listen;
    return new Promise((resolve, reject) => {
      const fail = (cause: NodeJS.ErrnoException): void => {
        const why = cause.code === 'EADDRINUSE' ? 'the port is in use' : cause.message;
        const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
        reject(coreError('LISTEN_FAILED', `listener ${listener.name}: cannot listen on ${address}: ${why}`, { cause }));
      };
      server.once('error', fail);
      server.listen({ host, port }, () => {
        server.off('error', fail);
        server.on('error', (error) => logger.error('listener failed', { listener: listener.name, error }));
        resolve();
      });
    });
  }
}

interface OpenPort {
  readonly server: Server;
  readonly secure: ServerTls | undefined;
}
