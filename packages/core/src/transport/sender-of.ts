import type { Socket } from 'node:net';
import type { Listener } from '../endpoint/listener.js';
import type { InvocationSource } from '../invocation/invocation.js';
import { peerOf } from '../tls/peer-of.js';
import { isTrusted } from './is-trusted.js';

/**
 * Who is at the other end of a connection, as invocations say it: the same for all calls over it.
 *
 * @example
 * ```ts
 * const sender = senderOf(binding.listener, socket);
 * const invocation = receivedInvocation(binding, { operation, headers, protocol: 'talk', ...sender });
 * ```
 */
export function senderOf(
  listener: Listener,
  socket: Socket,
): Pick<InvocationSource, 'trusted' | 'peer' | 'remoteAddress'> {
  const { remoteAddress } = socket;
  return { trusted: isTrusted(listener, socket), peer: peerOf(socket), ...(remoteAddress && { remoteAddress }) };
}
