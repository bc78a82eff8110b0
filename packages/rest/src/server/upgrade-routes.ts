import type { ListenerBinding } from '@ts-chassis/core';
import type { IncomingMessage } from 'node:http';
import { UPGRADE, UpgradeKey } from '../decorators/upgrade.js';
import { hasBody } from './read-body.js';
import type { RestSettings } from './rest-settings.js';
import { Route } from './route.js';
import { Router, type Match } from './router.js';
import { pathOfTarget } from './target-path.js';

/** The operations of a listener that go over to another protocol. */
export class UpgradeRoutes {
  readonly #router = new Router<Route>(({ operation }) => operation.id);
  /** Whether there is any. */
  readonly isEmpty: boolean;

  constructor({ operations }: Pick<ListenerBinding, 'operations'>, settings: RestSettings) {
    const upgrades = operations.filter(({ operation }) => operation.http?.method === UPGRADE);
    for (const served of upgrades) this.#router.add(UPGRADE, served.operation.http!.path, new Route(served, settings));
    this.isEmpty = upgrades.length === 0;
  }

  /** The protocol that a path is there for; undefined for none. */
  protocolAt(path: string): string | undefined {
    return this.isEmpty ? undefined : protocolOf(this.#router.find(UPGRADE, path)?.route);
  }

  /** The operation that takes a request; undefined for one that is to be served as if it asked for no other protocol. */
  find(request: IncomingMessage): Match<Route> | undefined {
    const { headers, url = '' } = request;
    const isSound = headers.host !== undefined && request.httpVersionMinor > 0;
    if (!isSound || request.method !== 'GET' || hasBody(request)) return undefined;
    const match = this.#search(pathOfTarget(url.split('?', 1)[0]!));
    const offered = (headers.upgrade ?? '').split(',').map((token) => token.trim().toLowerCase());
    return match && offered.includes(protocolOf(match.route)!) ? match : undefined;
  }

  #search(path: string): Match<Route> | undefined {
    try {
      return this.#router.find(UPGRADE, path);
    } catch {
      // It is told what is wrong with it as a request like any other.
      return undefined;
    }
  }
}

function protocolOf(route: Route | undefined): string | undefined {
  return route?.operation.read(UpgradeKey);
}
