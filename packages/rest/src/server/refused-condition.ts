import { restError } from '../codes.js';
import type { Exchange } from './exchange.js';

/** For a request that holds for another state of the resource only (RFC 9110, 13.1). */
export function preconditionFailed({ route }: Exchange): Error {
  return restError(
    'PRECONDITION_FAILED',
    `${route.operation.id}: the resource is in another state than the request wants`,
  );
}

/** For a range with nothing in it (RFC 9110, 14.4); says how much there is. */
export function unsatisfiable({ route, request }: Exchange, length: number): Error {
  const asked = String(request.headers.range).slice(0, 64);
  return restError(
    'RANGE_NOT_SATISFIABLE',
    `${route.operation.id}: nothing stands in the range ${asked} of ${length} bytes`,
    { details: { length } },
  );
}
