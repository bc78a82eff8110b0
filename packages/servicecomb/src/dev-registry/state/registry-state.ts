import type { Clock, Random } from '@ts-chassis/core';
import { FAILURE } from '../../wire/failure-codes.js';
import type { InstanceRecord, ServiceRecord, WatchEvent } from '../../wire/records.js';
import { RegistryFailure, serviceMissing } from '../registry-failure.js';
import { InstanceEntry, type ServiceEntry } from './entries.js';
import { Leases } from './leases.js';
import { QUOTA, withinQuota } from './quota.js';
import { leaseOf, tidyInstance } from './read-instance.js';
import { tidyService } from './read-service.js';
import { ServiceIndex, serviceIdOf } from './service-index.js';

/** What a {@link RegistryState} is made with. */
export interface StateOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Takes the place of every lease that instances ask for. */
  readonly leaseMs?: number | undefined;
  /** Schemas of production do not change, as at a service-center that runs in production. */
  readonly schemasLocked?: boolean | undefined;
  /** An instance came, changed or went. */
  readonly onEvent: (action: WatchEvent['action'], entry: InstanceEntry) => void;
  /** Something changed that outlives a restart. */
  readonly onChange: () => void;
}

/** Services, their instances and leases. What it refuses it throws as a {@link RegistryFailure}. */
export class RegistryState {
  readonly index = new ServiceIndex();
  readonly leases: Leases;
  #instances = 0;
  #characters = 0;
  #revision = 0;
  #dependencies = 0;

  constructor(private readonly options: StateOptions) {
    this.leases = new Leases(options.clock, (entry) => this.#remove(entry));
  }

  get schemasLocked(): boolean {
    return this.options.schemasLocked ?? false;
  }

  /** What all records and schemas take. */
  get characters(): number {
    return this.#characters;
  }

  get instanceCount(): number {
    return this.#instances;
  }

  /** @throws RegistryFailure when it is not there */
  service(tenant: string, id: string): ServiceEntry {
    const entry = this.index.byId(tenant, id);
    if (!entry) throw serviceMissing();
    return entry;
  }

  /** Takes a service in; one that is there already stays as it is. */
  createService(tenant: string, wanted: ServiceRecord): ServiceEntry {
    const there = this.#sameService(tenant, wanted);
    const serviceId = wanted.serviceId || (there?.id ?? serviceIdOf(tenant, wanted));
    if (this.index.byId(tenant, serviceId) !== there) {
      const detail = 'ServiceID conflict or found the same service with different id.';
      throw new RegistryFailure(FAILURE.serviceExists, detail);
    }
    if (there) return there;
    const timestamp = this.seconds();
    const times = { timestamp: wanted.timestamp || timestamp, modTimestamp: wanted.modTimestamp || timestamp };
    const record = tidyService({ ...wanted, serviceId, ...times });
    const size = JSON.stringify(record).length;
    withinQuota('service', this.index.size + 1, QUOTA.services);
    this.grow(size);
    const entry = this.index.add(tenant, record);
    entry.size = size;
    this.options.onChange();
    return entry;
  }

  /**
   * Puts other fields into a service's record.
   *
   * @param more - by how many characters what belongs to it grows besides
   */
  changeService(entry: ServiceEntry, change: Partial<ServiceRecord>, more = 0): void {
    const record = tidyService({ ...entry.record, ...change, modTimestamp: this.seconds() });
    this.resize(entry, JSON.stringify(record).length - JSON.stringify(entry.record).length + more);
    entry.record = record;
    this.options.onChange();
  }

  /** @throws RegistryFailure when others depend on it or instances run, unless that does not matter */
  deleteService(entry: ServiceEntry, force: boolean): void {
    const { consumers, services } = entry.group;
    const isNeeded = services.size === 1 && [...consumers].some((consumer) => consumer !== entry);
    if (!force && isNeeded)
      throw new RegistryFailure(FAILURE.consumersDepend, 'Can not delete this service, other service rely it.');
    if (!force && entry.instances.size > 0)
      throw new RegistryFailure(FAILURE.serviceHasInstances, 'Can not delete the service deployed instance(s).');
    for (const instance of [...entry.instances.values()]) this.#remove(instance);
    this.#dependencies -= entry.providers.size + (services.size === 1 ? consumers.size : 0);
    if (services.size === 1 && entry.providers.has(entry.group)) this.#dependencies += 1;
    this.index.remove(entry);
    this.#characters -= entry.size;
    this.options.onChange();
  }

  /** Notes that a service looked for another, whose changes it is told from now on. */
  depend(consumer: ServiceEntry, provider: ServiceEntry): void {
    if (consumer.providers.has(provider.group) || this.#dependencies >= QUOTA.dependencies) return;
    consumer.providers.add(provider.group);
    provider.group.consumers.add(consumer);
    this.#dependencies += 1;
    this.options.onChange();
  }

  /** @throws RegistryFailure when it is not there */
  instance(tenant: string, serviceId: string, instanceId: string, detail: string): InstanceEntry {
    const entry = this.index.byId(tenant, serviceId)?.instances.get(instanceId);
    if (!entry) throw new RegistryFailure(FAILURE.instanceMissing, detail);
    return entry;
  }

  /** Takes an instance in; for one that is alive already it is a heartbeat. */
  createInstance(service: ServiceEntry, wanted: InstanceRecord): InstanceEntry {
    const alive = wanted.instanceId ? service.instances.get(wanted.instanceId) : undefined;
    if (alive) {
      this.leases.renew(alive);
      return alive;
    }
    const timestamp = this.seconds();
    const record = tidyInstance({
      ...wanted,
      instanceId: wanted.instanceId || this.#newId(),
      serviceId: service.id,
      timestamp: wanted.timestamp || timestamp,
      modTimestamp: wanted.modTimestamp || timestamp,
      version: service.record.version,
    });
    const entry = new InstanceEntry(service, record, this.options.leaseMs ?? leaseOf(record));
    entry.text = JSON.stringify(record);
    withinQuota('instance', this.#instances + 1, QUOTA.instances);
    this.grow(entry.text.length);
    this.#instances += 1;
    service.instances.set(entry.id, entry);
    this.leases.renew(entry);
    this.#changed('CREATE', entry);
    return entry;
  }

  changeInstance(entry: InstanceEntry, change: Partial<InstanceRecord>): void {
    const record = tidyInstance({ ...entry.record, ...change, modTimestamp: this.seconds() });
    const text = JSON.stringify(record);
    this.grow(text.length - entry.text.length);
    entry.record = record;
    entry.text = text;
    this.#changed('UPDATE', entry);
  }

  deleteInstance(entry: InstanceEntry): void {
    this.leases.end(entry);
    this.#remove(entry);
  }

  /** Counts what a service's own texts take. */
  resize(entry: ServiceEntry, by: number): void {
    this.grow(by);
    entry.size += by;
  }

  /** @throws RegistryFailure when all together would be too much */
  grow(by: number): void {
    if (by > 0) withinQuota('record', this.#characters + by, QUOTA.characters);
    this.#characters += by;
  }

  /** What can be found of a service is not what it was. */
  touch(entry: ServiceEntry): void {
    this.#revision += 1;
    entry.revision = this.#revision;
    entry.group.revision = this.#revision;
    this.options.onChange();
  }

  #sameService(tenant: string, wanted: ServiceRecord): ServiceEntry | undefined {
    const named = this.index.named(tenant, wanted);
    return named ?? (wanted.alias ? this.index.aliased(tenant, wanted, wanted.alias) : undefined);
  }

  #remove(entry: InstanceEntry): void {
    this.leases.end(entry);
    entry.service.instances.delete(entry.id);
    this.#instances -= 1;
    this.#characters -= entry.text.length;
    this.#changed('DELETE', entry);
  }

  #changed(action: WatchEvent['action'], entry: InstanceEntry): void {
    this.touch(entry.service);
    entry.revision = entry.service.revision;
    this.options.onEvent(action, entry);
  }

  /** Now, as records have it. */
  seconds(): string {
    return String(Math.floor(this.options.clock.now() / 1000));
  }

  /** 32 hexadecimal digits. */
  #newId(): string {
    const part = (): string =>
      Math.floor(this.options.random.next() * 2 ** 32)
        .toString(16)
        .padStart(8, '0');
    return part() + part() + part() + part();
  }
}
