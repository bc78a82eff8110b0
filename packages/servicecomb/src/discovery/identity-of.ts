import type { ServiceIdentity } from '@ts-chassis/core';
import type { ServiceRecord } from '../wire/records.js';

/** What a service's record says it is. */
export function identityOf({ environment = '', appId, serviceName, version }: ServiceRecord): ServiceIdentity {
  return { environment, app: appId, service: serviceName, version };
}
