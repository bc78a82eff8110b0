import {
  annotate,
  annotateParameter,
  ChassisError,
  HttpStatusKey,
  metadataKey,
  ReturnsKey,
  type Invocation,
} from '@ts-chassis/core';
import type { IncomingMessage } from 'node:http';
import type { Socket as NetSocket } from 'node:net';
import { route } from './routes.js';

/** The method that routes of {@link Upgrade} have in the description of an operation; no client can send it. */
export const UPGRADE = 'UPGRADE';

/** The protocol that a method with `@Upgrade` goes over to, in lower case. */
export const UpgradeKey = metadataKey<string>('upgrade');

/**
 * What {@link Upgrade} takes.
 *
 * @example
 * ```ts
 * const options: UpgradeOptions = { protocol: 'websocket' };
 * ```
 */
export interface UpgradeOptions {
  /** As the `Upgrade` header names it; default `websocket`. */
  readonly protocol?: string;
}

/**
 * A request that wants to go over to another protocol, with its connection: what `handleUpgrade` of the library ws takes.
 *
 * @example
 * ```ts
 * sockets.handleUpgrade(upgrade.request, upgrade.socket, upgrade.head, (socket) => socket.send('hello'));
 * ```
 */
export interface UpgradeRequest {
  readonly request: IncomingMessage;
  readonly socket: NetSocket;
  /** The first bytes of the new protocol, if they came with the request. */
  readonly head: Buffer;
}

/**
 * Routes `GET` requests that ask for another protocol in their `Upgrade` header (RFC 9110, 7.8) to a method. They pass the chain like any
 * other request; what refuses them is answered over HTTP and the connection closed. The method takes the connection by {@link Socket} and
 * has it answered before it ends; from then on the connection is the user's. Its invocation is cancelled when the connection closes or the
 * listener stops: `invocation.onCancel`. A request for the path that does not ask for the protocol is answered with 426.
 *
 * @param path - as for `Get`; a `Get` of the same path may stand beside it
 * @param options - the protocol
 * @throws ChassisError `SCHEMA_INVALID` for a second route on the method, when the class is declared
 *
 * @example
 * ```ts
 * @Upgrade('/chat')
 * chat(@Socket() upgrade?: UpgradeRequest, @Context() invocation?: Invocation): void {
 *   const { request, socket, head } = upgrade!;
 *   this.sockets.handleUpgrade(request, socket, head, (client) => invocation!.onCancel(() => client.close(1001)));
 * }
 * ```
 */
export function Upgrade(path = '', { protocol = 'websocket' }: UpgradeOptions = {}): MethodDecorator {
  return (target, member, descriptor) => {
    route(UPGRADE, path)(target, member, descriptor);
    annotate(target, UpgradeKey, { value: protocol.toLowerCase(), member });
    annotate(target, HttpStatusKey, { value: 101, member });
    annotate(target, ReturnsKey, { member, update: (own) => own ?? { stream: false } });
  };
}

/**
 * Takes the connection of a request that goes over to another protocol, in a method with {@link Upgrade}. On the server only: it stands
 * after what callers pass, and is declared optional.
 *
 * @example
 * ```ts
 * @Upgrade('/feed')
 * feed(@Socket() upgrade?: UpgradeRequest): void { this.feeds.take(upgrade!); }
 * ```
 */
export function Socket(): ParameterDecorator {
  return (target, member, index) => annotateParameter({ target, member, index }, { place: 'custom', resolve: taken });
}

/** Where a transport keeps it. */
interface Upgrading {
  readonly upgrade?: { take(): UpgradeRequest };
}

function taken({ operation, source }: Invocation): UpgradeRequest {
  const { upgrade } = source as Upgrading;
  if (upgrade) return upgrade.take();
  throw new ChassisError(
    'UNIMPLEMENTED',
    `${operation.id}: has a connection only in a method with @Upgrade, over REST`,
  );
}
