import { createHash } from 'node:crypto';
import type { ServiceRecord } from '../../wire/records.js';
import { ServiceEntry, ServiceGroup } from './entries.js';

type Named = Pick<ServiceRecord, 'environment' | 'appId' | 'serviceName'>;

/** Everything that finds a service without looking at all of them. */
export class ServiceIndex {
  readonly #byId = new Map<string, ServiceEntry>();
  readonly #byKey = new Map<string, ServiceEntry>();
  readonly #groups = new Map<string, ServiceGroup>();
  readonly #byAlias = new Map<string, Set<ServiceEntry>>();

  get size(): number {
    return this.#byId.size;
  }

  byId(tenant: string, id: string): ServiceEntry | undefined {
    return this.#byId.get(`${tenant}/${id}`);
  }

  /** The one of that name or, failing that, alias, and version. */
  exact(tenant: string, named: Named & { readonly version: string }): ServiceEntry | undefined {
    return this.named(tenant, named) ?? this.aliased(tenant, named, named.serviceName);
  }

  named(tenant: string, named: Named & { readonly version: string }): ServiceEntry | undefined {
    return this.#byKey.get(`${nameKey(tenant, named)}/${named.version}`);
  }

  aliased(tenant: string, named: Named & { readonly version: string }, alias: string): ServiceEntry | undefined {
    for (const entry of this.#aliased(tenant, { ...named, serviceName: alias }))
      if (entry.record.version === named.version) return entry;
    return undefined;
  }

  /** All versions of that name or, failing that, alias. */
  versions(tenant: string, named: Named): Iterable<ServiceEntry> {
    return this.#groups.get(nameKey(tenant, named))?.services ?? this.#aliased(tenant, named);
  }

  group(key: string): ServiceGroup | undefined {
    return this.#groups.get(key);
  }

  all(): Iterable<ServiceEntry> {
    return this.#byId.values();
  }

  add(tenant: string, record: ServiceRecord): ServiceEntry {
    const key = nameKey(tenant, record);
    const group = this.#groups.get(key) ?? new ServiceGroup(key);
    const entry = new ServiceEntry(tenant, group, record);
    this.#groups.set(key, group);
    group.services.add(entry);
    this.#byId.set(`${tenant}/${entry.id}`, entry);
    this.#byKey.set(`${key}/${record.version}`, entry);
    if (record.alias) {
      const aliasKey = nameKey(tenant, { ...record, serviceName: record.alias });
      const entries = this.#byAlias.get(aliasKey) ?? new Set();
      this.#byAlias.set(aliasKey, entries.add(entry));
    }
    return entry;
  }

  /** Takes a service out, with the dependencies on it and from it. */
  remove(entry: ServiceEntry): void {
    const { tenant, record, group } = entry;
    this.#byId.delete(`${tenant}/${entry.id}`);
    this.#byKey.delete(`${group.key}/${record.version}`);
    for (const provider of entry.providers) provider.consumers.delete(entry);
    group.services.delete(entry);
    if (group.services.size === 0) this.#removeGroup(group);
    if (!record.alias) return;
    const aliasKey = nameKey(tenant, { ...record, serviceName: record.alias });
    const entries = this.#byAlias.get(aliasKey);
    entries?.delete(entry);
    if (entries?.size === 0) this.#byAlias.delete(aliasKey);
  }

  #removeGroup(group: ServiceGroup): void {
    this.#groups.delete(group.key);
    for (const consumer of group.consumers) consumer.providers.delete(group);
  }

  #aliased(tenant: string, named: Named): Iterable<ServiceEntry> {
    return this.#byAlias.get(nameKey(tenant, named)) ?? [];
  }
}

function nameKey(tenant: string, { environment, appId, serviceName }: Named): string {
  return `${tenant}/${environment ?? ''}/${appId}/${serviceName}`;
}

/** The id of a service: the same for the same key, and the one that service-center itself gives. */
export function serviceIdOf(tenant: string, record: ServiceRecord): string {
  const key = `/cse-sr/ms/indexes/${nameKey(tenant, record)}/${record.version}`;
  return createHash('sha1').update(key).digest('hex');
}
