import type { Clock } from '@ts-chassis/core';
import { WebSocketServer, type WebSocket } from 'ws';
import { SOCKET_INSTANCE_MISSING } from '../../wire/failure-codes.js';
import { plain } from '../http/answer.js';
import type { Call } from '../http/call.js';
import type { Upgrade } from '../http/registry-server.js';
import type { Match, Route } from '../http/router.js';
import { HEARTBEAT, WATCHER } from '../routes/paths.js';
import type { RegistryState } from '../state/registry-state.js';
import { keepAlive } from './alive.js';
import type { Watchers } from './watchers.js';

/** What the sockets need. */
export interface SocketParts {
  readonly state: RegistryState;
  readonly watchers: Watchers;
  readonly clock: Clock;
  readonly pingMs: number;
}

/** A path that only a websocket is answered at. */
export const socketRoutes: readonly Route[] = [
  ['GET', WATCHER, () => plain(400, 'Bad Request')],
  ['GET', HEARTBEAT, () => plain(400, 'Bad Request')],
];

/** The websockets: of watchers, and of instances whose pongs are heartbeats. */
export class RegistrySockets {
  // Clients have nothing to say but control frames.
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: 64, perMessageDeflate: false });

  constructor(private readonly parts: SocketParts) {}

  /** What takes a connection at a path; undefined when that has no websocket. */
  at({ path }: Match): ((upgrade: Upgrade) => void) | undefined {
    if (path === WATCHER) return (upgrade) => this.#accept(upgrade, (socket) => this.#watch(socket, upgrade.call));
    if (path === HEARTBEAT) return (upgrade) => this.#accept(upgrade, (socket) => this.#beat(socket, upgrade.call));
    return undefined;
  }

  #accept({ request, socket, head }: Upgrade, take: (socket: WebSocket) => void): void {
    this.#server.handleUpgrade(request, socket, head, take);
  }

  #watch(socket: WebSocket, call: Call): void {
    const { state, watchers, clock, pingMs } = this.parts;
    const consumer = state.index.byId(call.tenant, call.parameter('service'));
    keepAlive(socket, clock, pingMs, () => undefined);
    if (consumer) return watchers.add(consumer, socket);
    // service-center says it so: a plain text, and no code of its own.
    socket.send('service does not exist');
    socket.close();
  }

  #beat(socket: WebSocket, call: Call): void {
    const { clock, pingMs } = this.parts;
    keepAlive(socket, clock, pingMs, () => this.#renew(socket, call));
    this.#renew(socket, call);
  }

  #renew(socket: WebSocket, call: Call): void {
    const { state } = this.parts;
    const service = state.index.byId(call.tenant, call.parameter('service'));
    const entry = service?.instances.get(call.parameter('instance'));
    if (entry) state.leases.renew(entry);
    else socket.close(SOCKET_INSTANCE_MISSING, 'instance not exist');
  }
}
