import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import type { Clock } from '../clock/clock.js';
import { authorityOf } from '../endpoint/endpoint.js';
import { coreError } from '../errors/core-error.js';
import type { Invocation } from '../invocation/invocation.js';
import type { TlsMaterials } from '../tls/tls-material.js';

/** Connecting to a machine that does not answer at all is given up after this time. */
const CONNECT_MS = 5000;

/** Finds out that the other machine is gone, when nothing is said for so long. */
const KEEP_ALIVE_MS = 15_000;

/**
 * What {@link dial} needs.
 *
 * @example
 * ```ts
 * const options: DialOptions = { protocol: 'talk', clock: services.clock, tls: services.tls };
 * ```
 */
export interface DialOptions {
  /** Whose TLS settings count, and the name offered in TLS (RFC 7301). */
  readonly protocol: string;
  readonly clock: Clock;
  readonly tls: Pick<TlsMaterials, 'client'>;
}

/**
 * Begins to connect to the endpoint of an invocation, over TLS when the endpoint asks for it. What is written meanwhile is sent once the
 * connection is there; it is given up after 5 s. Failures are those of the socket: its `error`, then `close`.
 *
 * @throws ChassisError `NO_INSTANCE` without an endpoint, `TLS_INVALID` for unusable certificates
 *
 * @example
 * ```ts
 * const socket = await dial(invocation, { protocol: 'talk', clock, tls });
 * socket.on('error', (error) => calls.failAll(error));
 * ```
 */
export async function dial(
  { endpoint, operation, service }: Pick<Invocation, 'endpoint' | 'operation' | 'service'>,
  { protocol, clock, tls }: DialOptions,
): Promise<Socket> {
  if (!endpoint) throw coreError('NO_INSTANCE', `${operation.id}: no endpoint was picked`);
  const { host, port, ssl } = endpoint;
  const socket = ssl
    ? connectSecurely({ ...(await tls.client(service, protocol)).connect(), host, port, ALPNProtocols: [protocol] })
    : connect({ host, port });
  socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
  const forget = clock.after(CONNECT_MS, () =>
    socket.destroy(new Error(`no connection to ${authorityOf(endpoint)} within ${CONNECT_MS} ms`)),
  );
  return socket.once(ssl ? 'secureConnect' : 'connect', forget).once('close', forget);
}
