import { ChassisError, type ServiceIdentity } from '@ts-chassis/core';
import type { ServiceCenter } from '../service-center/service-center.js';
import type { ServiceRecord } from '../wire/records.js';
import { identityOf } from './identity-of.js';

/** In JSON or YAML. */
const INTERFACE = /["']?x-java-interface["']?[ \t]*:[ \t]*["']?([\w.$]+)/;
const NOBODY: readonly ServiceIdentity[] = [];

/** How a single contract fails. */
const OF_ONE: ReadonlySet<string> = new Set(['REGISTRY_ANSWER_INVALID', 'REGISTRY_REFUSED']);
/** No stamp of a record. */
const UNREAD = '';

interface ReadInterfaces {
  readonly interfaces: readonly string[];
  /** Why one of its contracts cannot be read. */
  readonly fault?: Error;
}

interface ReadService extends ReadInterfaces {
  /** Changes with the record. */
  readonly stamp: string;
}

/** Which services offer which interface. */
export class InterfaceIndex {
  #read = new Map<string, ReadService>();
  #byName: ReadonlyMap<string, readonly ServiceIdentity[]> = new Map();

  with(interfaceName: string): readonly ServiceIdentity[] {
    return this.#byName.get(interfaceName) ?? NOBODY;
  }

  /**
   * Reads the contracts of the services whose records changed, and those that could not be read.
   *
   * @returns why one of them cannot be read; undefined when all can
   * @throws what keeps the registry from answering at all
   */
  async refresh(center: ServiceCenter, services: readonly ServiceRecord[]): Promise<Error | undefined> {
    let fault: Error | undefined;
    const read = new Map<string, ReadService>();
    const byName = new Map<string, ServiceIdentity[]>();
    for (const service of services) {
      const { serviceId, schemas = [], modTimestamp } = service;
      if (!serviceId || schemas.length === 0) continue;
      const stamp = JSON.stringify([modTimestamp, schemas]);
      const before = this.#read.get(serviceId);
      const present: ReadInterfaces = before?.stamp === stamp ? before : await readService(center, serviceId, schemas);
      fault ??= present.fault;
      read.set(serviceId, { stamp: present.fault ? UNREAD : stamp, interfaces: present.interfaces });
      for (const name of present.interfaces) byName.set(name, [...(byName.get(name) ?? []), identityOf(service)]);
    }
    this.#read = read;
    this.#byName = byName;
    return fault;
  }
}

/** One contract that is too long or none at all is not to cost those of all others. */
async function readService(
  center: ServiceCenter,
  serviceId: string,
  schemas: readonly string[],
): Promise<ReadInterfaces> {
  const names = new Set<string>();
  let fault: Error | undefined;
  for (const schemaId of schemas) {
    try {
      const name = INTERFACE.exec((await center.schema(serviceId, schemaId)) ?? '')?.[1];
      if (name !== undefined) names.add(name);
    } catch (error) {
      if (!ChassisError.is(error) || !OF_ONE.has(error.code)) throw error;
      fault ??= error;
    }
  }
  return { interfaces: [...names], ...(fault && { fault }) };
}
