import type { Exchange } from './exchange.js';

/** Resolves when a response is out, or nobody is there any more to take it. */
export function untilSent({ response, connection: { socket } }: Exchange): Promise<void> {
  if (response.writableFinished || response.destroyed || socket.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const over = (): void => {
      response.off('close', over);
      socket.off('close', over);
      resolve();
    };
    response.once('close', over);
    // A response that waits behind another one on its connection hears nothing of the connection's end.
    socket.once('close', over);
  });
}
