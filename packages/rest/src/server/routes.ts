import { ChassisError, type ListenerBinding, type Operation } from '@ts-chassis/core';
import { restError } from '../codes.js';
import { UPGRADE } from '../decorators/upgrade.js';
import { RouteVersions } from '../versioning/route-versions.js';
import type { RestSettings } from './rest-settings.js';
import { Route } from './route.js';
import { Router } from './router.js';

/**
 * The routes of a listener. Operations without an HTTP binding are left out: they belong to other protocols.
 *
 * @throws ChassisError `ROUTE_INVALID` naming the operations and their methods, when two stand on one route or one cannot be served
 */
export function routesOf(
  binding: Pick<ListenerBinding, 'listener' | 'operations'>,
  settings: RestSettings,
): Router<Route> {
  const router = new Router<Route>(
    ({ operation }) => nameOf(operation),
    (one, other) => RouteVersions.join(one, other),
  );
  for (const served of binding.operations) {
    const { operation } = served;
    const { http } = operation;
    if (!http || http.method === UPGRADE) continue;
    try {
      const route = new Route(served, settings);
      for (const path of [http.path, ...(http.otherPaths ?? [])]) router.add(http.method, path, route);
    } catch (error) {
      const message = ChassisError.is(error) ? error.message : String(error);
      const where = `listener ${binding.listener.name}, ${nameOf(operation)}`;
      throw restError('ROUTE_INVALID', `${where}: ${message}`, { cause: error });
    }
  }
  return router;
}

/** The operation, and where its code is: ids of schemas may be far from the names of their classes. */
function nameOf({ id, schema, member }: Operation): string {
  return schema.type ? `${id} (${schema.type.name}.${member})` : id;
}
