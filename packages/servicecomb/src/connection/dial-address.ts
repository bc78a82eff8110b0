import type { ClientTls, Clock } from '@ts-chassis/core';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import type { Address } from './address.js';

/** Finds out that the other machine is gone, when nothing is said for so long. */
const KEEP_ALIVE_MS = 30_000;

/** What {@link dialAddress} needs. */
export interface Dialing {
  readonly clock: Clock;
  /** Undefined for an address of `http:`. */
  readonly tls: ClientTls | undefined;
  /** A machine that does not answer is given up after this time. */
  readonly timeoutMs: number;
  /** Of names. */
  readonly lookup: LookupFunction;
}

/**
 * Begins to connect. Failures are those of the socket: its `error`, then `close`.
 *
 * @param opened - called once the connection is there, over TLS when that is agreed on
 */
export function dialAddress(
  { host, port }: Address,
  { clock, tls, timeoutMs, lookup }: Dialing,
  opened?: () => void,
): Socket {
  const socket = tls
    ? connectSecurely({
        // an address is no name to ask for (RFC 6066, 3)
        ...(isIP(host) === 0 && { servername: host }),
        ...tls.connect(),
        ...{ host, port, lookup, ALPNProtocols: ['http/1.1'] },
      })
    : connect({ host, port, lookup });
  socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
  const forget = clock.after(timeoutMs, () => socket.destroy(new Error(`no connection within ${timeoutMs} ms`)));
  return socket
    .once(tls ? 'secureConnect' : 'connect', () => {
      forget();
      opened?.();
    })
    .once('close', forget);
}
