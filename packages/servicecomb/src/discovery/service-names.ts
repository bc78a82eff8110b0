import type { ServiceQuery } from '@ts-chassis/core';

/** What service-center takes as names; a service of another name cannot be there. */
const NAME = /^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?$/;
const MOST_OF_APP = 160;
const MOST_OF_SERVICE = 128;
/** All environments that service-center has. */
const ENVIRONMENTS: ReadonlySet<string> = new Set(['', 'development', 'testing', 'acceptance', 'production']);

/** Whether such a service may be registered: one wrong name in a request would have all of it refused. */
export function mayBeRegistered({ environment, app, service }: ServiceQuery): boolean {
  return (
    ENVIRONMENTS.has(environment) &&
    app.length <= MOST_OF_APP &&
    service.length <= MOST_OF_SERVICE &&
    NAME.test(app) &&
    NAME.test(service)
  );
}
