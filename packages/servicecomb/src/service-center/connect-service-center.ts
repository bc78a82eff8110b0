import { accountCredential, RegionSection, RegistrySection, type RegistryContext } from '@ts-chassis/core';
import { openConnection } from '../connection/open-connection.js';
import { ServiceCenterSection } from '../sections/service-center.js';
import { HttpServiceCenter } from './http-service-center.js';
import type { ServiceCenter } from './service-center.js';

/** Where the addresses come from, as far as messages say. */
export const ADDRESS_KEY = 'servicecomb.registry.address';

/** Connects to the service-center of a context's addresses, as `servicecomb.registry` and `servicecomb.credentials` say. */
export function connectServiceCenter(context: RegistryContext, tag: string): ServiceCenter {
  const { addresses, ciphers, clock, config, logger, random, tls } = context;
  const { autodiscovery, refreshInterval } = config.section(RegistrySection);
  const { availableZone } = config.section(RegionSection);
  const { domain, healthCheckInterval, maxAnswerBytes, project, timeout } = config.section(ServiceCenterSection);
  const health = `/v4/${encodeURIComponent(project)}/registry/health`;
  const connection = openConnection({
    ...{ addresses, clock, logger, random, tls, tag },
    name: 'service-center',
    key: ADDRESS_KEY,
    headers: { 'x-domain-name': domain },
    timeoutMs: timeout,
    maxBytes: maxAnswerBytes,
    probe: { path: `${health}/readiness`, everyMs: healthCheckInterval },
    ...(autodiscovery && { discovery: { path: health, everyMs: refreshInterval, zone: availableZone } }),
    account: () => accountCredential(config, ciphers),
  });
  return new HttpServiceCenter({ connection, project, logger });
}
