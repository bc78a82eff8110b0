import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  builtInRegistries,
  formatEndpoint,
  Live,
  silentLogger,
  systemClock,
  VirtualClock,
  type Config,
  type Instance,
  type Registrar,
  type Registration,
  type RegistryContext,
} from '@ts-chassis/core';
import { memoryRegistry } from './memory-registry.js';
import { registryContext } from './registry-context.js';
import { registryConformance } from './registry-conformance.js';
import type { RegistrySubject } from './registry-subject.js';

const runner = { describe, it };
const identity = { environment: '', app: 'default', service: 'consumer', version: '1.0.0' };

/** One live section of a configuration, changed by hand. */
class Changing<T> extends Live<T> {
  readonly listeners = new Set<(value: T, before: T) => void>();

  constructor(public value: T) {
    super();
  }

  onChange(run: (value: T, before: T) => void): () => void {
    this.listeners.add(run);
    return () => void this.listeners.delete(run);
  }

  set(value: T): void {
    const before = this.value;
    this.value = value;
    for (const run of this.listeners) run(value, before);
  }
}

function contextWith(section: Live<unknown>, addresses: readonly string[] = []): RegistryContext {
  const config = { liveSection: () => section } as unknown as Config;
  return registryContext({ clock: systemClock, config, identity, addresses });
}

function memorySubject(): RegistrySubject {
  const registry = memoryRegistry();
  const clock = new VirtualClock();
  const registrars: Registrar[] = [];
  return {
    announce: (instance) => {
      const registrar = registry.registrar();
      registrars.push(registrar);
      return registrar.register(instance);
    },
    discovery: () => registry.discovery({ clock, logger: silentLogger }),
    contractStore: () => registry.contractStore(),
    crash: async ({ id }) => registry.crash(id),
    outage: async (out) => registry.outage(out),
    close: async () => {
      await Promise.all(registrars.map((registrar) => registrar.close()));
      const watchers = registry.watchers > 0 ? [`${registry.watchers} watchers`] : [];
      const timers = clock.pending > 0 ? [`${clock.pending} timers`] : [];
      return [...watchers, ...timers, ...registry.instances.map(({ id }) => id)];
    },
  };
}

registryConformance('memory', memorySubject, {
  abilities: ['instances', 'identity', 'addresses'],
  parts: ['crash', 'outage', 'contracts'],
  runner,
});

async function localSubject(): Promise<RegistrySubject> {
  const root = await mkdtemp(join(tmpdir(), 'local-registry-'));
  const context = contextWith(new Changing({}), [pathToFileURL(root).href]);
  const registrars: Registrar[] = [];
  return {
    announce: (instance) => {
      const registrar = builtInRegistries.registrars.get('local')!(context);
      registrars.push(registrar);
      return registrar.register(instance);
    },
    discovery: () => builtInRegistries.discoveries.get('local')!(context),
    contractStore: () => builtInRegistries.contractStores.get('local')!(context),
    // A folder that others may enter is not used, for reading or writing.
    outage: (out) => chmod(root, out ? 0o755 : 0o700),
    close: async () => {
      await Promise.all(registrars.map((registrar) => registrar.close()));
      const names = await readdir(root, { recursive: true, withFileTypes: true });
      await rm(root, { recursive: true });
      const files = names.filter((entry) => entry.isFile() && !entry.parentPath.includes('contracts'));
      return files.map(({ name }) => name);
    },
  };
}

registryConformance('local', localSubject, {
  abilities: ['instances', 'identity', 'addresses'],
  parts: ['outage', 'contracts'],
  runner,
});

type Services = ReadonlyMap<string, readonly Instance[]>;

/** A registry that only reads a section of the configuration. */
function configuredSubject<T>(type: string, valueOf: (services: Services) => T): RegistrySubject {
  const known = new Map<string, Instance>();
  const section = new Changing(valueOf(new Map()));
  const context = contextWith(section);
  const write = (): void => {
    const services = new Map<string, Instance[]>();
    for (const each of known.values()) services.set(each.service, [...(services.get(each.service) ?? []), each]);
    section.set(valueOf(services));
  };
  const put = (instance: Instance): void => {
    known.set(instance.id, instance);
    write();
  };
  return {
    announce: async (instance): Promise<Registration> => {
      put(instance);
      return {
        update: async (change) => put({ ...known.get(instance.id)!, ...change }),
        deregister: async () => {
          known.delete(instance.id);
          write();
        },
      };
    },
    discovery: () => builtInRegistries.discoveries.get(type)!(context),
    close: async () => (section.listeners.size > 0 ? [`${section.listeners.size} listeners`] : []),
  };
}

function eachService<T>(services: Services, write: (list: readonly Instance[]) => T): Record<string, T> {
  return Object.fromEntries([...services].map(([service, list]) => [service, write(list)]));
}

const itemOf = ({ endpoints, metadata }: Instance): object => ({ endpoints: endpoints.map(formatEndpoint), metadata });

registryConformance(
  'static',
  () => configuredSubject('static', (services) => eachService(services, (list) => list.map(itemOf))),
  { abilities: ['instances', 'addresses'], runner },
);

registryConformance(
  'dns',
  () =>
    configuredSubject('dns', (services) => ({
      endpoints: ['rest://{service}:80'],
      services: eachService(services, ([first]) => first!.endpoints.map(formatEndpoint)),
    })),
  { abilities: [], runner },
);

describe('registryConformance', () => {
  it('fails a registry that loses an instance or leaves something behind', async () => {
    const cases = new Map<string, () => Promise<void>>();
    const recorder = {
      describe: (_: string, define: () => void) => define(),
      it: (name: string, run: () => Promise<void>) => void cases.set(name, run),
    };
    const leaky = (): RegistrySubject => ({ ...memorySubject(), close: async () => ['a file'] });
    registryConformance('leaky', leaky, { abilities: [], runner: recorder });
    for (const run of cases.values()) await expect(run()).rejects.toThrowError(/a file/);
    cases.clear();
    const forgetful = (): RegistrySubject => ({
      ...memorySubject(),
      announce: async () => ({ update: async () => {}, deregister: async () => {} }),
    });
    registryConformance('forgetful', forgetful, { abilities: [], runner: recorder });
    for (const run of cases.values()) await expect(run()).rejects.toThrowError();
  });
});
