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

/** Where the addresses come from, as far as messages say. */
export const ADDRESS_KEY = 'servicecomb.registry.address';

/** Where less is configured, addresses are learnt so often. */
const SHORTEST_LEARNING_MS = 1000;

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
  const health = `/v4/${encodeURIComponent(project)}/registry/health`;
  const account = (): Promise<AccountCredential | undefined> => accountCredential(config, ciphers);
  const connection = openConnection({
    ...{ name: 'service-center', key: ADDRESS_KEY, addresses, tag, clock, random, logger, tls, account },
    headers: { 'user-agent': USER_AGENT, 'x-domain-name': domain },
    timeoutMs: timeout,
    maxBytes: maxAnswerBytes,
    probe: { path: `${health}/readiness`, everyMs: healthCheckInterval },
    ...(autodiscovery && {
      discovery: { path: health, everyMs: Math.max(refreshInterval, SHORTEST_LEARNING_MS), zone },
    }),
  });
  return { connection, project };
}
