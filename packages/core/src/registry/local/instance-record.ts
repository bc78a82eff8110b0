import type { Instance } from '../../endpoint/instance.js';
import type { ServiceQuery } from '../ports.js';
import type { Owner } from './process-probe.js';

const FORMAT = 'ts-chassis/instance/1';
const STATUSES = ['UP', 'DOWN', 'STARTING', 'TESTING', 'OUTOFSERVICE'];

/** A file beyond this is none of ours. */
export const LARGEST_RECORD_BYTES = 1024 * 1024;

/** What the file of an instance says. */
export interface InstanceRecord {
  readonly instance: Instance;
  readonly owner: Owner;
  /** How often its owner touches the file, in milliseconds. */
  readonly beatMs: number;
}

/** The text of a record, for people to read as well. */
export function writeRecord(record: InstanceRecord): string {
  return `${JSON.stringify({ format: FORMAT, ...record }, null, 2)}\n`;
}

/** Reads a record of a service; gives a text that says why when it is none. */
export function readRecord(text: string, query: ServiceQuery): InstanceRecord | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'not JSON';
  }
  if (!isObject(value) || value['format'] !== FORMAT) return `expected format ${FORMAT}`;
  const { instance, owner, beatMs } = value;
  if (!isInstance(instance)) return 'instance is incomplete';
  if (!isOwner(owner)) return 'owner is incomplete';
  if (typeof beatMs !== 'number' || !(beatMs >= 10 && beatMs <= 600_000)) return 'beatMs is out of range';
  for (const part of ['environment', 'app', 'service'] as const) {
    if (instance[part] !== query[part]) return `${part} is ${JSON.stringify(instance[part])}, not that of its folder`;
  }
  return { instance, owner, beatMs };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function areTexts(value: Record<string, unknown>, names: readonly string[]): boolean {
  return names.every((name) => typeof value[name] === 'string');
}

function isInstance(value: unknown): value is Instance {
  if (!isObject(value)) return false;
  const { endpoints, metadata, dataCenter, status } = value;
  return (
    areTexts(value, ['environment', 'app', 'service', 'version', 'id', 'hostName']) &&
    STATUSES.includes(status as string) &&
    Array.isArray(endpoints) &&
    endpoints.every(isEndpoint) &&
    isObject(metadata) &&
    areTexts(metadata, Object.keys(metadata)) &&
    (dataCenter === undefined || (isObject(dataCenter) && areTexts(dataCenter, ['name', 'region', 'availableZone'])))
  );
}

function isEndpoint(value: unknown): boolean {
  if (!isObject(value) || !areTexts(value, ['listener', 'host'])) return false;
  const { port, ssl } = value;
  return Number.isInteger(port) && (port as number) >= 0 && (port as number) <= 65535 && typeof ssl === 'boolean';
}

function isOwner(value: unknown): value is Owner {
  return isObject(value) && areTexts(value, ['host', 'boot', 'space', 'started']) && Number.isInteger(value['pid']);
}
