import {
  ChassisError,
  parseEndpoint,
  type Endpoint,
  type Instance,
  type InstanceStatus,
  type ServiceQuery,
} from '@ts-chassis/core';
import { printable } from '../connection/printable.js';
import type { InstanceRecord } from '../wire/records.js';
import type { Oddities } from './oddities.js';

const STATES: ReadonlySet<string> = new Set<InstanceStatus>(['UP', 'DOWN', 'STARTING', 'TESTING', 'OUTOFSERVICE']);

/** What a record does not say by itself. */
export interface RecordOrigin {
  /** Whom was asked for. */
  readonly query: ServiceQuery;
  /** Of its service, for registries that do not write it into the record of an instance. */
  readonly version: string;
  readonly oddities: Oddities;
}

/** The instance that a record tells of; undefined when nothing says where it is reached, as of processes that only call others. */
export function toInstance(record: InstanceRecord, { query, version, oddities }: RecordOrigin): Instance | undefined {
  const { instanceId: id, endpoints: texts, hostName, status, properties, dataCenterInfo } = record;
  if (!id) return undefined;
  const { endpoints, refused } = readEndpoints(texts);
  if (refused !== undefined) {
    oddities.tell(`registry: an endpoint is left out: ${refused}`, { service: query.service, instance: printable(id) });
  }
  const [first] = endpoints;
  if (!first) return undefined;
  if (status && !STATES.has(status)) {
    const said = { service: query.service, instance: printable(id), status: printable(status) };
    oddities.tell('registry: an instance is in a state that nobody knows, and is not called', said);
  }
  return {
    ...query,
    id,
    version: record.version || version,
    hostName: hostName || first.host,
    status: stateOf(status),
    endpoints,
    metadata: { ...properties },
    ...(dataCenterInfo && { dataCenter: placeOf(dataCenterInfo) }),
  };
}

/** Of several endpoints of one listener the last, as go-chassis has it. */
function readEndpoints(texts: readonly string[]): {
  readonly endpoints: readonly Endpoint[];
  readonly refused?: string;
} {
  const byListener = new Map<string, Endpoint>();
  let refused: string | undefined;
  for (const text of texts) {
    try {
      const endpoint = parseEndpoint(text);
      byListener.set(endpoint.listener, endpoint);
    } catch (error) {
      refused = printable(ChassisError.from(error).message);
    }
  }
  return { endpoints: [...byListener.values()], ...(refused !== undefined && { refused }) };
}

/** Nothing said means UP, as for the registry; a state that nobody knows is none to be called in. */
function stateOf(status: string | undefined): InstanceStatus {
  if (!status) return 'UP';
  return STATES.has(status) ? (status as InstanceStatus) : 'DOWN';
}

function placeOf({ name, region, availableZone }: NonNullable<InstanceRecord['dataCenterInfo']>) {
  return { name, region, availableZone };
}
