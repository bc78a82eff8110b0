import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Clock } from '../clock/clock.js';
import type { SocketTaker } from './listener-sockets.js';

/** A connection that says nothing for so long is given to the taker of all that is unclaimed, which has its own limits for silence. */
const SILENCE_MS = 10_000;

/** More than this is not waited for: whoever needs more bytes to tell does not claim. */
const HEAD_BYTES = 64;

/**
 * Finds out whose a new connection is and hands over with nothing read from it: what was looked at is put back.
 *
 * @param found - gets the taker; undefined when it is nobody's. Not called for a connection that ends before
 */
// oxlint-disable-next-line max-params -- a socket, who may have it, when to give up, and what then
export function claimantOf(
  socket: Socket,
  takers: readonly SocketTaker[],
  clock: Clock,
  found: (taker: SocketTaker | undefined) => void,
): void {
  const agreed = (socket as Partial<TLSSocket>).alpnProtocol;
  if (typeof agreed === 'string') {
    found(takers.find(({ alpn }) => alpn?.includes(agreed)) ?? unclaimed(takers));
    return;
  }
  let head = Buffer.alloc(0);
  const stop = (): void => {
    forget();
    socket.off('readable', look).off('end', gone).off('close', stop).off('error', stop);
  };
  const conclude = (taker: SocketTaker | undefined): void => {
    stop();
    if (head.length > 0) socket.unshift(head);
    found(taker);
  };
  const gone = (): void => {
    stop();
    socket.destroy();
  };
  const look = (): void => {
    const more = socket.read() as Buffer | null;
    if (more === null) return;
    head = Buffer.concat([head, more]);
    const verdicts = takers.map((taker) => taker.claims?.(head));
    const claimed = verdicts.indexOf(true);
    if (claimed >= 0) conclude(takers[claimed]);
    else if (head.length >= HEAD_BYTES || takers.every(({ claims }, at) => !claims || verdicts[at] === false))
      conclude(unclaimed(takers));
  };
  const forget = clock.after(SILENCE_MS, () => conclude(unclaimed(takers)));
  socket.on('readable', look).once('end', gone).once('close', stop).once('error', stop);
}

function unclaimed(takers: readonly SocketTaker[]): SocketTaker | undefined {
  return takers.find(({ claims }) => !claims);
}
