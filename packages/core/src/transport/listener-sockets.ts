import type { Socket } from 'node:net';
import type { Endpoint } from '../endpoint/endpoint.js';

/**
 * A protocol's server side as a port sees it: what connections it takes.
 *
 * @example
 * ```ts
 * const taker: SocketTaker = { alpn: ['h2'], claims: startsWithPreface, take: (socket) => sessions.add(socket) };
 * ```
 */
export interface SocketTaker {
  /** Names under which it is agreed on in TLS (RFC 7301), best first; none: whatever the client offers is left unanswered. */
  readonly alpn?: readonly string[];
  /** Whether a side may end its half of a connection and still read, as HTTP/1.1 allows; default no. */
  readonly halfOpen?: boolean;
  /**
   * On a port that several protocols share, without TLS: whether the first bytes of a connection are this protocol's; undefined while there
   * are too few of them. A taker without it gets what no other one claims.
   */
  claims?(head: Buffer): boolean | undefined;
  /** Takes over a connection, TLS already spoken; nothing of it has been read. It must listen for its `error`. */
  take(socket: Socket): void;
}

/**
 * Where a listener gets its connections from: an address of its own, with or without TLS, or a port that it shares.
 *
 * @example
 * ```ts
 * const open = await binding.sockets.open({ take: (socket) => this.serve(socket) });
 * ```
 */
export interface ListenerSockets {
  /**
   * Opens the address, once.
   *
   * @throws ChassisError `LISTEN_FAILED` when the address cannot be had, `TLS_INVALID` for unusable certificates
   */
  open(taker: SocketTaker): Promise<OpenSockets>;
}

/**
 * An open address of a listener.
 *
 * @example
 * ```ts
 * console.log(open.endpoint.port);
 * open.close();
 * ```
 */
export interface OpenSockets {
  /** Where it really listens, and whether TLS is spoken there. */
  readonly endpoint: Endpoint;
  /** Accepts no more; connections that were handed over stay. */
  close(): void;
}
