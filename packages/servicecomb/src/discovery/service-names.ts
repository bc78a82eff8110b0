import type { ServiceQuery } from '@ts-chassis/core';
import { obeys, RULES } from '../session/check-names.js';

/** Whether such a service may be registered: one wrong name in a request would have all of it refused. */
export function mayBeRegistered({ environment, app, service }: ServiceQuery): boolean {
  return obeys(app, RULES.app) && obeys(service, RULES.service) && obeys(environment, RULES.environment);
}
