import type { ServiceQuery } from '@ts-chassis/core';
import type { ServiceKey } from '../wire/records.js';

/** The registry leaves it aside, but wants one. */
const ANY_VERSION = '0+';

/** All versions of a service, as the registry is asked for them. */
export function toKey({ environment, app, service }: ServiceQuery): ServiceKey {
  return { ...(environment && { environment }), appId: app, serviceName: service, version: ANY_VERSION };
}
