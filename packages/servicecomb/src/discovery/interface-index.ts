import type { ServiceIdentity } from '@ts-chassis/core';
import type { ServiceCenter } from '../service-center/service-center.js';
import type { ServiceRecord } from '../wire/records.js';
import { identityOf } from './identity-of.js';

/** In JSON or YAML. */
const INTERFACE = /["']?x-java-interface["']?[ \t]*:[ \t]*["']?([\w.$]+)/;
const NOBODY: readonly ServiceIdentity[] = [];

interface ReadService {
  /** Changes with the record. */
  readonly stamp: string;
  readonly interfaces: readonly string[];
}

/** Which services offer which interface. */
export class InterfaceIndex {
  #read = new Map<string, ReadService>();
  #byName: ReadonlyMap<string, readonly ServiceIdentity[]> = new Map();

  with(interfaceName: string): readonly ServiceIdentity[] {
    return this.#byName.get(interfaceName) ?? NOBODY;
  }

  /** Reads the contracts of the services whose records changed. */
  async refresh(center: ServiceCenter, services: readonly ServiceRecord[]): Promise<void> {
    const read = new Map<string, ReadService>();
    const byName = new Map<string, ServiceIdentity[]>();
    for (const service of services) {
      const { serviceId, schemas = [], modTimestamp } = service;
      if (!serviceId || schemas.length === 0) continue;
      const stamp = JSON.stringify([modTimestamp, schemas]);
      const before = this.#read.get(serviceId);
      const present =
        before?.stamp === stamp ? before : { stamp, interfaces: await interfacesOf(center, serviceId, schemas) };
      read.set(serviceId, present);
      for (const name of present.interfaces) byName.set(name, [...(byName.get(name) ?? []), identityOf(service)]);
    }
    this.#read = read;
    this.#byName = byName;
  }
}

async function interfacesOf(
  center: ServiceCenter,
  serviceId: string,
  schemas: readonly string[],
): Promise<readonly string[]> {
  const names = new Set<string>();
  for (const schemaId of schemas) {
    const name = INTERFACE.exec((await center.schema(serviceId, schemaId)) ?? '')?.[1];
    if (name !== undefined) names.add(name);
  }
  return [...names];
}
