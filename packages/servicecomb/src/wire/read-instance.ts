import type { InstanceRecord } from './records.js';
import { countOf, idOf, isRecord, textMapOf, textOf, textsOf } from './read-json.js';

/** More than any program has listeners; the rest is not read. */
const MOST_ENDPOINTS = 64;

/** What a list of records came to. */
export interface ReadList<T> {
  readonly records: readonly T[];
  /** How many were left out. */
  readonly malformed: number;
}

/** An instance; undefined when it lacks its ids. A status that nobody knows is kept as it is. */
export function readInstance(value: unknown): InstanceRecord | undefined {
  if (!isRecord(value)) return undefined;
  const instanceId = idOf(value['instanceId']);
  const serviceId = idOf(value['serviceId']);
  if (!instanceId || !serviceId) return undefined;
  return {
    ...{ instanceId, serviceId },
    endpoints: textsOf(value['endpoints']).slice(0, MOST_ENDPOINTS),
    hostName: textOf(value['hostName']) ?? '',
    ...present('status', textOf(value['status'])),
    ...present('properties', textMapOf(value['properties'])),
    ...present('healthCheck', healthCheckOf(value['healthCheck'])),
    ...present('timestamp', textOf(value['timestamp'])),
    ...present('modTimestamp', textOf(value['modTimestamp'])),
    ...present('dataCenterInfo', dataCenterOf(value['dataCenterInfo'])),
    ...present('version', textOf(value['version'])),
  };
}

/** A list, without what is malformed in it. */
export function readList<T>(value: unknown, read: (one: unknown) => T | undefined): ReadList<T> {
  const all = Array.isArray(value) ? (value as readonly unknown[]) : [];
  const records: T[] = [];
  for (const one of all) {
    const record = read(one);
    if (record !== undefined) records.push(record);
  }
  return { records, malformed: all.length - records.length };
}

/** A field that is left out when there is nothing in it. */
export function present<K extends string, V>(name: K, value: V | undefined): { readonly [P in K]?: V } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [P in K]?: V };
}

function healthCheckOf(value: unknown): InstanceRecord['healthCheck'] {
  if (!isRecord(value)) return undefined;
  const interval = countOf(value['interval']);
  const times = countOf(value['times']);
  if (interval === undefined || times === undefined) return undefined;
  return {
    ...{ mode: textOf(value['mode']) ?? 'push', interval, times },
    ...present('port', countOf(value['port'])),
    ...present('url', textOf(value['url'])),
  };
}

function dataCenterOf(value: unknown): InstanceRecord['dataCenterInfo'] {
  if (!isRecord(value)) return undefined;
  const [name = '', region = '', availableZone = ''] = ['name', 'region', 'availableZone'].map((key) =>
    textOf(value[key]),
  );
  return { name, region, availableZone };
}
