import type { Socket } from 'node:net';
import type { Listener } from '../endpoint/listener.js';
import { peerOf } from '../tls/peer-of.js';

/**
 * Whether a listener believes what the other end of a connection says of caller, mark, context and deadline
 * (`servicecomb.protocols.{name}.trust`): always with `peers`, with `mtls` those who showed a verified certificate, never with `none`.
 *
 * @example
 * ```ts
 * const trusted = isTrusted(binding.listener, socket);
 * ```
 */
export function isTrusted({ trust }: Listener, socket: Socket): boolean {
  return trust === 'peers' || (trust === 'mtls' && peerOf(socket) !== undefined);
}
