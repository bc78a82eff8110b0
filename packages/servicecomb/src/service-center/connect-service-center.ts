import type { RegistryContext } from '@ts-chassis/core';
import { registryConnection } from '../connection/registry-connection.js';
import { HttpServiceCenter } from './http-service-center.js';
import type { ServiceCenter } from './service-center.js';

/** Connects to the service-center of a context's addresses, as `servicecomb.registry` and `servicecomb.credentials` say. */
export function connectServiceCenter(context: RegistryContext, tag: string): ServiceCenter {
  return new HttpServiceCenter({ ...registryConnection(context, tag), clock: context.clock, logger: context.logger });
}
