import { formatEndpoint, type Instance } from '@ts-chassis/core';
import { checkName, RULES } from '../session/check-names.js';
import type { InstanceRecord } from '../wire/records.js';

/** What a registry of this interface expects when nothing is said: beats every 30 s, three of which may be missed. */
const USUAL_INTERVAL_MS = 30_000;
const MISSED_BEATS = 3;
const LONGEST_HOST_NAME = 64;

/**
 * Refuses an instance that service-center would refuse.
 *
 * @throws ChassisError `CONFIG_INVALID`
 */
export function checkInstance({ id, dataCenter }: Instance): void {
  checkName('id of the instance', id, RULES.instance);
  if (!dataCenter) return;
  checkName('region.name', dataCenter.name, RULES.dataCenter);
  checkName('region.region', dataCenter.region, RULES.dataCenter);
  checkName('region.availableZone', dataCenter.availableZone, RULES.dataCenter);
}

/**
 * Everything an instance says of itself, for one request, so that there is no moment at which the registry knows half of it.
 *
 * @param intervalMs - time between beats; the registry is told when it has to wait longer than it would by itself
 */
export function instanceRecord(instance: Instance, serviceId: string, intervalMs: number): InstanceRecord {
  const { id, hostName, status, endpoints, metadata, dataCenter } = instance;
  const interval = Math.ceil(intervalMs / 1000);
  return {
    instanceId: id,
    serviceId,
    endpoints: endpoints.map(formatEndpoint),
    hostName: [...hostName].slice(0, LONGEST_HOST_NAME).join('') || 'unknown',
    status,
    ...(Object.keys(metadata).length > 0 && { properties: metadata }),
    ...(intervalMs > USUAL_INTERVAL_MS && { healthCheck: { mode: 'push', interval, times: MISSED_BEATS } }),
    ...(dataCenter && { dataCenterInfo: dataCenter }),
  };
}
