import type { Socket } from 'node:net';
import type { Listener } from '../endpoint/listener.js';
import type { PeerIdentity } from '../endpoint/peer-identity.js';
import type { HeaderMap } from '../invocation/header-map.js';
import { PropagationReader, type Propagation } from '../invocation/propagation.js';
import { peerOf } from '../tls/peer-of.js';
import { isTrusted } from './is-trusted.js';

/**
 * Who is at the other end of a connection.
 *
 * @example
 * ```ts
 * const stranger: Sender = { trusted: false, remoteAddress: '192.0.2.1', peer: undefined, says: readPropagation };
 * ```
 */
export interface Sender {
  /** Whether the listener takes its word on caller, context and deadline. */
  readonly trusted: boolean;
  /** Empty where the connection is gone already. */
  readonly remoteAddress: string;
  /** By a verified certificate; undefined without TLS or without one. */
  readonly peer: PeerIdentity | undefined;
  /** What it says in the headers of a call, of itself and of the time it gives; whether to believe that is for the reader to decide. */
  says(headers: HeaderMap): Propagation;
}

/**
 * Who is at the other end of a connection, as invocations say it: the same for all calls over it.
 *
 * @example
 * ```ts
 * const sender = senderOf(binding.listener, socket);
 * const invocation = receivedInvocation(binding, { operation, headers, protocol: 'talk', sender });
 * ```
 */
export function senderOf(listener: Listener, socket: Socket): Sender {
  const reader = new PropagationReader();
  return {
    trusted: isTrusted(listener, socket),
    remoteAddress: socket.remoteAddress ?? '',
    peer: peerOf(socket),
    says: (headers) => reader.read(headers),
  };
}
