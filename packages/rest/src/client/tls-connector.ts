import type { Clock, ClientTls } from '@ts-chassis/core';
import { connect } from 'node:tls';
import type { buildConnector } from 'undici';

/** What a {@link tlsConnector} needs. */
export interface TlsConnectorOptions {
  readonly tls: ClientTls;
  readonly clock: Clock;
  /** A machine that does not answer is given up after this time. */
  readonly timeoutMs: number;
}

/**
 * Opens connections of one pool over TLS. Sessions are resumed: a new connection to a server that was there before costs no full handshake. They
 * are kept here, since undici lets them be collected.
 */
export function tlsConnector({ tls, clock, timeoutMs }: TlsConnectorOptions): buildConnector.connector {
  // of one pool, so that what was trusted under one name is never resumed under another
  const material = tls.connect();
  let session: Buffer | undefined;
  return ({ hostname, port }, callback) => {
    const socket = connect({
      ...material,
      host: hostname,
      port: Number(port),
      ALPNProtocols: ['http/1.1'],
      ...(session && { session }),
    });
    let tell: buildConnector.Callback | undefined = callback;
    const conclude = (error: Error | null): void => {
      forget();
      const told = tell;
      tell = undefined;
      if (error) told?.(error, null);
      else told?.(null, socket);
    };
    const forget = clock.after(timeoutMs, () => socket.destroy(new Error(`no connection within ${timeoutMs} ms`)));
    socket.setKeepAlive(true, 60_000);
    socket.setNoDelay(true);
    socket.on('session', (next) => (session = next));
    socket.on('error', conclude);
    socket.once('close', () => conclude(new Error('the connection was closed before TLS was agreed on')));
    socket.once('secureConnect', () => conclude(null));
  };
}
