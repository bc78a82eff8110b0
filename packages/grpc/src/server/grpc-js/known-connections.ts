import { isTrusted, type Listener } from '@ts-chassis/core';
import type { Socket } from 'node:net';

/** A connection that grpc-js was given. */
export interface KnownConnection {
  readonly socket: Socket;
  /** Whether its peer's word on caller, context and deadline is taken. */
  readonly trusted: boolean;
  readonly remoteAddress: string;
}

/** What grpc-js says of the connection that a call came by. */
export interface ConnectionAddresses {
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}

/** The open connections by their addresses, which no two of them have in common: grpc-js tells no more of a call's. */
export class KnownConnections {
  readonly #connections = new Map<string, KnownConnection>();
  #whenEmpty: (() => void)[] = [];

  add(listener: Listener, socket: Socket): void {
    const key = keyOf(socket);
    const connection = {
      ...{ socket, trusted: isTrusted(listener, socket) },
      remoteAddress: socket.remoteAddress ?? '',
    };
    this.#connections.set(key, connection);
    socket.once('close', () => {
      if (this.#connections.get(key) === connection) this.#connections.delete(key);
      if (this.#connections.size === 0) for (const run of this.#whenEmpty.splice(0)) run();
    });
  }

  /** Undefined for one that has closed. */
  get(addresses: ConnectionAddresses): KnownConnection | undefined {
    return this.#connections.get(keyOf(addresses));
  }

  destroy(): void {
    for (const { socket } of this.#connections.values()) socket.destroy();
  }

  /** Resolves when the last has closed. */
  emptied(): Promise<void> {
    if (this.#connections.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenEmpty.push(resolve));
  }
}

function keyOf({ localAddress, localPort, remoteAddress, remotePort }: ConnectionAddresses): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}
