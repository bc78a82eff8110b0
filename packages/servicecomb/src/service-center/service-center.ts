import type { Socket, SocketListener } from '../connection/connection.js';
import type { InstanceRecord, SchemaRecord, ServiceKey, ServiceRecord } from '../wire/records.js';

/** Which version of a service is looked for; `version` exact. */
export interface ServiceQuestion {
  readonly appId: string;
  readonly serviceName: string;
  readonly version: string;
  readonly environment: string;
}

/** One service of a batch query, with the revision of the list that is known already. */
export interface BatchQuestion {
  readonly service: ServiceKey;
  readonly revision?: string;
}

/** What a batch query says of one service. */
export type BatchAnswer =
  | { readonly kind: 'updated'; readonly revision: string; readonly instances: readonly InstanceRecord[] }
  | { readonly kind: 'same' }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

/**
 * The interface v4 of a service-center, its answers checked. Every method throws what `Connection.request` throws, and, for what the
 * registry refuses, what `refusal` makes of it: `failureCodeOf(error)` gives the registry's own code.
 */
export interface ServiceCenter {
  /** The id of a service; undefined when that very version is not there. */
  findServiceId(question: ServiceQuestion): Promise<string | undefined>;
  createService(service: ServiceRecord): Promise<string>;
  /** Undefined when it is not there. */
  service(serviceId: string): Promise<ServiceRecord | undefined>;
  services(): Promise<readonly ServiceRecord[]>;
  setServiceProperties(serviceId: string, properties: Readonly<Record<string, string>>): Promise<void>;
  createInstance(instance: InstanceRecord): Promise<string>;
  deleteInstance(serviceId: string, instanceId: string): Promise<void>;
  heartbeat(serviceId: string, instanceId: string): Promise<void>;
  setStatus(serviceId: string, instanceId: string, status: string): Promise<void>;
  setProperties(serviceId: string, instanceId: string, properties: Readonly<Record<string, string>>): Promise<void>;
  /** Instances of many services in one request, in the order of the questions. */
  findInstances(consumerId: string | undefined, questions: readonly BatchQuestion[]): Promise<readonly BatchAnswer[]>;
  schemas(serviceId: string): Promise<readonly SchemaRecord[]>;
  /** Undefined when it is not there. */
  schema(serviceId: string, schemaId: string): Promise<string | undefined>;
  putSchema(serviceId: string, schema: Required<SchemaRecord>): Promise<void>;
  watch(serviceId: string, listener: SocketListener): Socket;
  openHeartbeat(serviceId: string, instanceId: string, listener: SocketListener): Socket;
  close(): Promise<void>;
}
