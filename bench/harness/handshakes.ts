/** Loaded into a process by `--require`: counts the TLS handshakes that it finishes, and tells on the word `handshakes`. */
import { TLSSocket } from 'node:tls';

let finished = 0;
const emit = TLSSocket.prototype.emit;

TLSSocket.prototype.emit = function (this: TLSSocket, ...event: [string | symbol, ...unknown[]]): boolean {
  // both sides say so once for each handshake
  if (event[0] === 'secure') finished += 1;
  return (emit as (...event: unknown[]) => boolean).apply(this, event);
} as typeof emit;

process.on('message', (message) => {
  if (message === 'handshakes') process.send?.({ handshakes: finished });
});
