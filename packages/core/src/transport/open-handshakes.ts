import type { Socket } from 'node:net';
import type { Server } from 'node:tls';

/**
 * Connections of a server whose TLS handshake is under way. Nobody has them yet, and `server.close()` waits for them: whoever stops ends
 * them, or a client that says nothing holds up the end of the process.
 */
export class OpenHandshakes {
  readonly #sockets = new Map<string, Socket>();

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      const peer = peerAddress(socket);
      this.#sockets.set(peer, socket);
      socket.once('close', () => {
        if (this.#sockets.get(peer) === socket) this.#sockets.delete(peer);
      });
    });
    // Node gives another object for the same connection
    server.on('secureConnection', (socket) => this.#sockets.delete(peerAddress(socket)));
  }

  close(): void {
    for (const socket of this.#sockets.values()) socket.destroy();
    this.#sockets.clear();
  }
}

function peerAddress({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`;
}
