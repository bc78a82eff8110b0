import type { Socket } from 'node:net';
import type { CallsUnderWay } from './calls-under-way.js';
import type { SocketTaker } from './listener-sockets.js';
import type { ListenerBinding, RunningServer } from './server-transport.js';

/**
 * How a protocol serves a connection, for {@link serveConnections}.
 *
 * @example
 * ```ts
 * const serving: ConnectionServing = { underWay, take: (socket) => new Conversation(socket) };
 * ```
 */
export interface ConnectionServing extends Omit<SocketTaker, 'take'> {
  /** The calls over all connections, which the server waits for when it stops. */
  readonly underWay: CallsUnderWay;
  /** Takes a connection over. `leave` is called when the server stops: tell the other side, and hang up after the last call. */
  take(socket: Socket): { leave(): void };
}

/**
 * Opens a listener and keeps its connections: the server of a protocol whose connections carry many calls.
 *
 * @throws ChassisError `LISTEN_FAILED` when the address cannot be had, `TLS_INVALID` for unusable certificates
 *
 * @example
 * ```ts
 * listen = (binding: ListenerBinding): Promise<RunningServer> => serveConnections(binding, { underWay, take: (socket) => new Conversation(socket) });
 * ```
 */
export async function serveConnections(
  { sockets }: Pick<ListenerBinding, 'sockets'>,
  { underWay, ...serving }: ConnectionServing,
): Promise<RunningServer> {
  const all = new Map<Socket, { leave(): void }>();
  const open = await sockets.open({
    ...serving,
    take: (socket) => {
      socket.once('close', () => all.delete(socket));
      all.set(socket, serving.take(socket));
    },
  });
  return {
    endpoint: open.endpoint,
    stopAccepting() {
      open.close();
      for (const connection of all.values()) connection.leave();
      return Promise.resolve();
    },
    async drain() {
      await underWay.drained();
      // what is written at the end of a turn is written then
      await new Promise((resolve) => setImmediate(resolve));
      await Promise.all([...all.keys()].map(flushed));
    },
    close() {
      open.close();
      for (const socket of all.keys()) socket.destroy();
      return Promise.resolve();
    },
  };
}

/** Resolves when the last answer has left, or nobody takes it any more. */
function flushed(socket: Socket): Promise<unknown> | undefined {
  if (socket.writableLength === 0) return undefined;
  return new Promise((resolve) => socket.once('drain', resolve).once('close', resolve));
}
