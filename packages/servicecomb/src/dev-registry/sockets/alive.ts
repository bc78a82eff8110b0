import type { Clock } from '@ts-chassis/core';
import type { WebSocket } from 'ws';

/** A client that says nothing for so long is gone. */
const SILENCE_MS = 120_000;

/**
 * Pings a client until it pings by itself, and ends the connection of one that has fallen silent.
 *
 * @param onPong - the client is there
 */
export function keepAlive(socket: WebSocket, clock: Clock, pingMs: number, onPong: () => void): void {
  let heardAt = clock.elapsed();
  let isPinging = true;
  const tick = (): void => {
    if (clock.elapsed() - heardAt > SILENCE_MS) return socket.terminate();
    if (isPinging) socket.ping();
    stop = clock.after(pingMs, tick);
  };
  let stop = clock.after(pingMs, tick);
  socket.on('close', () => stop());
  // A frame beyond the limit, or one that breaks the protocol: the library ends the connection.
  socket.on('error', () => undefined);
  socket.on('message', () => (heardAt = clock.elapsed()));
  socket.on('ping', () => {
    heardAt = clock.elapsed();
    isPinging = false;
  });
  socket.on('pong', () => {
    heardAt = clock.elapsed();
    onPong();
  });
}
