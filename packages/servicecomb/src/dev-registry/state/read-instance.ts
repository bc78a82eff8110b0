import { invalid } from '../registry-failure.js';
import type { InstanceRecord } from '../../wire/records.js';
import type { Fields } from './fields.js';
import { withoutEmpty } from './read-service.js';
import { checked, RULES } from './rules.js';

type HealthCheck = NonNullable<InstanceRecord['healthCheck']>;

/** A heartbeat every 30 s, three of which may fail: a lease of 120 s. */
const HEALTH_CHECK: HealthCheck = { mode: 'push', interval: 30, times: 3 };

/** Longest lease in seconds, which Go reckons with as an int32. */
const LONGEST_LEASE = 2 ** 31 - 1;

/** What an instance is told to be, with what service-center puts in the place of what is left out; times, service and version are not in it. */
export function readInstance(fields: Fields): InstanceRecord {
  return {
    instanceId: checked(fields.text('instanceId'), 'MicroServiceInstance.InstanceId', RULES.instanceId),
    serviceId: '',
    endpoints: fields
      .texts('endpoints')
      .map((endpoint) => checked(endpoint, 'MicroServiceInstance.Endpoints', RULES.endpoint)),
    hostName: checked(fields.text('hostName'), 'MicroServiceInstance.HostName', RULES.hostName),
    status: checked(fields.text('status') || 'UP', 'MicroServiceInstance.Status', RULES.instanceStatus),
    properties: fields.textMap('properties'),
    healthCheck: healthCheckOf(fields.object('healthCheck')),
    ...dataCenterOf(fields.object('dataCenterInfo')),
  };
}

function healthCheckOf(fields: Fields | undefined): HealthCheck {
  if (!fields) return HEALTH_CHECK;
  const mode = checked(fields.text('mode'), 'HealthCheck.Mode', RULES.healthCheckMode);
  const url = checked(fields.text('url'), 'HealthCheck.Url', RULES.healthCheckUrl);
  const port = fields.integer('port');
  if (port < 0 || port > 65_535) throw invalid(`field 'HealthCheck.Port' invalid value '${port}'`);
  if (mode === 'pull') return orderedHealthCheck({ ...HEALTH_CHECK, mode, port, url });
  const [interval, times] = [fields.integer('interval'), fields.integer('times')];
  if (interval < 1)
    throw invalid(
      `field 'HealthCheck.Interval' invalid value '${interval}' does not match rule: {Min: 1, Max: ${LONGEST_LEASE}}`,
    );
  if (times < 0 || interval * (times + 1) >= LONGEST_LEASE)
    throw invalid("Invalid 'healthCheck' settings in request body.");
  return orderedHealthCheck({ mode, port, interval, times, url });
}

function orderedHealthCheck({ mode, port, interval, times, url }: HealthCheck): HealthCheck {
  return withoutEmpty<HealthCheck>({ mode, port, interval, times, url } as Required<HealthCheck>);
}

function dataCenterOf(fields: Fields | undefined): Pick<InstanceRecord, 'dataCenterInfo'> {
  if (!fields) return {};
  const name = checked(fields.text('name'), 'DataCenterInfo.Name', RULES.dataCenter);
  const region = checked(fields.text('region'), 'DataCenterInfo.Region', RULES.dataCenter);
  const availableZone = checked(fields.text('availableZone'), 'DataCenterInfo.AvailableZone', RULES.dataCenter);
  return { dataCenterInfo: { name, region, availableZone } };
}

/** An instance as it is answered: fields in service-center's order, empty ones left out. */
export function tidyInstance(record: InstanceRecord): InstanceRecord {
  const { instanceId, serviceId, endpoints, hostName, status, properties, healthCheck } = record;
  const { timestamp, dataCenterInfo, modTimestamp, version } = record;
  const ordered = {
    ...{ instanceId, serviceId, endpoints, hostName, status, properties, healthCheck },
    ...{ timestamp, dataCenterInfo, modTimestamp, version },
  };
  return withoutEmpty<InstanceRecord>(ordered as Required<InstanceRecord>);
}

/** How long an instance lives without a heartbeat, in milliseconds. */
export function leaseOf({ healthCheck = HEALTH_CHECK }: InstanceRecord): number {
  return healthCheck.interval * ((healthCheck.times ?? 0) + 1) * 1000;
}
