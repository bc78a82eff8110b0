import { ChassisError, type ListenerBinding } from '@ts-chassis/core';
import { restError } from '../codes.js';
import { Route } from './route.js';
import { Router } from './router.js';

/**
 * The routes of a listener. Operations without an HTTP binding are left out: they belong to other protocols.
 *
 * @throws ChassisError `ROUTE_INVALID` naming the operations, when two stand on one route or one cannot be served
 */
export function routesOf(binding: Pick<ListenerBinding, 'listener' | 'operations'>): Router<Route> {
  const router = new Router<Route>();
  for (const served of binding.operations) {
    const { http, id } = served.operation;
    if (!http) continue;
    try {
      router.add(http.method, http.path, new Route(served));
    } catch (error) {
      const other = router.find(http.method, http.path)?.route.operation.id;
      const message = ChassisError.is(error) ? error.message : String(error);
      const also = other && other !== id ? ` and ${other}` : '';
      throw restError('ROUTE_INVALID', `listener ${binding.listener.name}, ${id}${also}: ${message}`, { cause: error });
    }
  }
  return router;
}
