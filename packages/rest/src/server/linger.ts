import type { Clock } from '@ts-chassis/core';
import type { IncomingMessage } from 'node:http';
import type { Connection } from './connection.js';
import { LINGER_MS } from './limits.js';

/**
 * Has a connection end gently after the answer to a request whose body nobody read: the answer goes out, what the client still sends is
 * thrown away for a moment. Closing at once would make its system throw the answer away unread (RFC 9112, 9.6).
 */
export function lingerAfter(connection: Connection, request: IncomingMessage, clock: Clock): void {
  const { socket } = connection;
  connection.lingering = true;
  request.resume();
  // Node calls this, on this very object, when the last answer of a connection is written.
  socket.destroySoon = (): void => {
    socket.end();
    const stop = clock.after(LINGER_MS, () => socket.destroy());
    socket.once('close', stop);
  };
}

/** Ends a connection that Node gave away, once its answer is out. */
export function endGently(connection: Connection, request: IncomingMessage, clock: Clock): void {
  lingerAfter(connection, request, clock);
  connection.socket.resume();
  connection.socket.destroySoon();
}
