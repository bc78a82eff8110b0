import type { RegistryContext } from '@ts-chassis/core';
import { registryConnection } from '../connection/registry-connection.js';
import { HttpServiceCenter } from './http-service-center.js';
import type { ServiceCenter } from './service-center.js';

/**
 * The service-center of a role, as it is configured. Nothing is opened before the first question.
 *
 * @param tag - of TLS: `registrator.Consumer`, `serviceDiscovery.Consumer` or `contractDiscovery.Consumer`
 * @throws ChassisError `CONFIG_INVALID` for addresses that are none
 */
export function openServiceCenter(context: RegistryContext, tag: string): ServiceCenter {
  const { logger } = context;
  return new HttpServiceCenter({ ...registryConnection(context, tag), logger });
}
