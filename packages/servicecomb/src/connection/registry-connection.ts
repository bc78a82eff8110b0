import {
  accountCredential,
  RegionSection,
  RegistrySection,
  type AccountCredential,
  type RegistryContext,
} from '@ts-chassis/core';
import { ServiceCenterSection } from '../sections/service-center.js';
import { USER_AGENT } from '../version.js';
import type { Connection } from './connection.js';
import { openConnection } from './open-connection.js';

/** A connection to service-center, as it is configured. */
export interface RegistryConnection {
  readonly connection: Connection;
  readonly project: string;
}

/** Where service-center listens when nobody says. */
const DEFAULT_ADDRESS = 'http://127.0.0.1:30100';

/**
 * Opens a connection to the addresses of a role of service-center: with the account of `servicecomb.credentials`, and all that
 * `servicecomb.registry` says of addresses.
 *
 * @param tag - of TLS: `registrator.Consumer`, `serviceDiscovery.Consumer` or `contractDiscovery.Consumer`
 * @throws ChassisError `CONFIG_INVALID` for addresses that are none
 */
export function registryConnection(
  context: Pick<RegistryContext, 'addresses' | 'ciphers' | 'clock' | 'config' | 'logger' | 'random' | 'tls'>,
  tag: string,
): RegistryConnection {
  const { addresses, ciphers, clock, config, logger, random, tls } = context;
  const { project, domain, healthCheckInterval, timeout, maxAnswerBytes } = config.section(ServiceCenterSection);
  const { autodiscovery, refreshInterval } = config.section(RegistrySection);
  const { availableZone: zone } = config.section(RegionSection);
  const health = `/v4/${project}/registry/health`;
  const account = (): Promise<AccountCredential | undefined> => accountCredential(config, ciphers);
  const connection = openConnection({
    ...{ name: 'service-center', key: 'servicecomb.registry.address', tag, clock, random, logger, tls, account },
    addresses: addresses.length > 0 ? addresses : [DEFAULT_ADDRESS],
    headers: { 'user-agent': USER_AGENT, 'x-domain-name': domain },
    timeoutMs: timeout,
    maxBytes: maxAnswerBytes,
    probe: { path: `${health}/readiness`, everyMs: healthCheckInterval },
    ...(autodiscovery && { discovery: { path: health, everyMs: refreshInterval, zone } }),
  });
  return { connection, project };
}
