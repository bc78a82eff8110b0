import type { Endpoint } from '@ts-chassis/core';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A port before an endpoint, through which a case sees and cuts connections. */
export class Wire {
  readonly #sockets = new Set<Socket>();
  readonly #changed: (() => void)[] = [];

  private constructor(
    private readonly server: Server,
    readonly endpoint: Endpoint,
  ) {}

  static async to(target: Endpoint): Promise<Wire> {
    const server = createServer({ noDelay: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const wire = new Wire(server, { ...target, host: '127.0.0.1', port });
    server.on('connection', (socket) => wire.#join(socket, target));
    return wire;
  }

  /** Connections from consumers that are open. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Ends all connections at once, without a farewell. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async until(connections: number): Promise<void> {
    while (this.#sockets.size !== connections) await new Promise<void>((resolve) => this.#changed.push(resolve));
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  #join(socket: Socket, { host, port }: Endpoint): void {
    const inner = connect({ host, port, noDelay: true });
    this.#sockets.add(socket);
    const look = (): void => {
      for (const changed of this.#changed.splice(0)) changed();
    };
    socket
      .on('error', () => undefined)
      .on('close', () => {
        this.#sockets.delete(socket);
        inner.destroy();
        look();
      });
    inner.on('error', () => undefined).on('close', () => socket.destroy());
    socket.pipe(inner).pipe(socket);
    look();
  }
}

/** Sends bytes to a port and waits until it hangs up, or has nothing to say to them. */
export async function sendBytes({ host, port }: Endpoint, bytes: Uint8Array): Promise<void> {
  const socket = connect({ host, port });
  socket.on('error', () => undefined).resume();
  socket.end(bytes);
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
}
