import { coreError, type ListenerBinding } from '@ts-chassis/core';
import { ServerResponse, type IncomingMessage } from 'node:http';
import { restError } from '../codes.js';
import { Connection } from './connection.js';
import { Exchange } from './exchange.js';
import { endGently } from './linger.js';
import { PendingUpgrade } from './pending-upgrade.js';
import type { RestSettings } from './rest-settings.js';
import { tooManyHeaders } from './too-many-headers.js';
import { toInvocation } from './to-invocation.js';
import { untilSent } from './until-sent.js';
import { UpgradeRoutes } from './upgrade-routes.js';

/** Who keeps count of what is under way on a listener. */
export interface UpgradeOwner {
  readonly binding: ListenerBinding;
  begun(exchange: Exchange): void;
  over(exchange: Exchange): void;
  refuse(exchange: Exchange, error: unknown): Promise<void>;
  refuseGivenAway(request: IncomingMessage, refusal: Error): void;
}

/** Takes the requests of one listener that go over to another protocol, and keeps their connections in sight until they close. */
export class UpgradeHandler {
  readonly #routes: UpgradeRoutes;
  /** Whose connections speak another protocol now. */
  readonly #upgraded = new Set<Exchange>();
  #stopping = false;

  constructor(
    private readonly owner: UpgradeOwner,
    settings: RestSettings,
  ) {
    this.#routes = new UpgradeRoutes(owner.binding, settings);
  }

  get isEmpty(): boolean {
    return this.#routes.isEmpty;
  }

  /** For a path that is there for another protocol only. */
  refusalAt(path: string): Error | undefined {
    const protocol = this.#routes.protocolAt(path);
    if (protocol === undefined) return undefined;
    const details = { upgrade: protocol };
    return restError('UPGRADE_REQUIRED', `expected a request to upgrade to ${protocol}`, { details });
  }

  /**
   * Takes a request, with what came of the other protocol.
   *
   * @returns false when it is to be served as if it asked for no other protocol
   */
  take(request: IncomingMessage, head: Buffer): boolean {
    const { socket } = request;
    const connection = Connection.of(socket);
    if (!connection || connection.lingering || connection.open.size > 0) {
      socket.destroy();
      return true;
    }
    // Not to be served again: without the headers that were dropped it may be another request.
    const refusal = tooManyHeaders(request);
    if (refusal) {
      this.owner.refuseGivenAway(request, refusal);
      return true;
    }
    const match = this.#routes.find(request);
    if (!match) return false;
    socket.on('error', () => socket.destroy());
    const response = new ServerResponse(request);
    const exchange = new Exchange(connection, { request, response }, match.route);
    exchange.params = match.params;
    exchange.upgrade = new PendingUpgrade(request, response, head);
    response.once('finish', () => endGently(connection, request, this.owner.binding.clock));
    this.owner.begun(exchange);
    void this.#serve(exchange, exchange.upgrade);
    return true;
  }

  /** Tells those who took a connection over; they may say goodbye in their own protocol. */
  stop(): void {
    this.#stopping = true;
    for (const exchange of this.#upgraded) cancelStopped(exchange);
  }

  async #serve(exchange: Exchange, upgrade: PendingUpgrade): Promise<void> {
    try {
      await exchange.route.runner.run((exchange.invocation = toInvocation(exchange)));
      if (upgrade.isAnswered) await this.#untilClosed(exchange, upgrade);
      else if (!exchange.response.headersSent && !upgrade.socket.destroyed) throw nobodyAnswered(exchange);
    } catch (error) {
      if (upgrade.isAnswered) breakOff(exchange, upgrade, error);
      else {
        upgrade.giveBack();
        await this.owner.refuse(exchange, error);
        await untilSent(exchange);
      }
    }
    this.owner.over(exchange);
  }

  async #untilClosed(exchange: Exchange, { socket }: PendingUpgrade): Promise<void> {
    if (socket.destroyed) return;
    this.#upgraded.add(exchange);
    if (this.#stopping) cancelStopped(exchange);
    await new Promise((resolve) => socket.once('close', resolve));
    this.#upgraded.delete(exchange);
  }
}

function cancelStopped({ invocation, route }: Exchange): void {
  invocation?.cancel(coreError('CALL_CANCELLED', `${route.operation.id}: the listener stops`));
}

function nobodyAnswered({ route }: Exchange): Error {
  return restError('SOCKET_NOT_TAKEN', `${route.operation.id}: ended, and nobody had answered on the socket`);
}

/** It speaks the other protocol already: there is nobody to tell in ours. */
function breakOff({ binding, route }: Exchange, { socket }: PendingUpgrade, error: unknown): void {
  binding.logger.error('request failed after its upgrade', { operation: route.operation.id, error });
  socket.destroy();
}
