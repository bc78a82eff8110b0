import {
  coreError,
  type ContractStore,
  type Discovery,
  type Instance,
  type Registrar,
  type Registration,
  type RegistryContext,
  type RegistryFactories,
  type ServiceIdentity,
  type ServiceQuery,
} from '@ts-chassis/core';
import { MemoryDiscovery } from './memory-discovery.js';

/** What a discovery is told when the registry's content changes. */
type Watcher = (change: { readonly kind: 'put' | 'remove'; readonly instance: Instance }) => void;

/**
 * A registry in memory, shared by the applications of one test. It can be out of reach, and the owner of an instance can die, at will.
 *
 * @example
 * ```ts
 * const registry = memoryRegistry();
 * const registrar = registry.registrar();
 * await registrar.register(instance);
 * registry.outage(true); // whoever knew the instance still finds it
 * ```
 */
export class MemoryRegistry {
  readonly #instances = new Map<string, Instance>();
  readonly #contracts = new Map<string, Map<string, string>>();
  readonly #watchers = new Set<{ change: Watcher; back(): void }>();
  #out = false;

  /** Every instance that is registered now. */
  get instances(): readonly Instance[] {
    return [...this.#instances.values()];
  }

  /** How many discoveries are open. */
  get watchers(): number {
    return this.#watchers.size;
  }

  /** Takes the registry out of reach, or back; changes made meanwhile are seen when it is back. */
  outage(out: boolean): void {
    this.#out = out;
    if (!out) for (const { back } of this.#watchers) back();
  }

  /** The process of an instance dies without a word, and the registry notices. */
  crash(id: string): void {
    this.#remove(id);
  }

  /** One application's registrar. */
  registrar(): Registrar {
    const mine = new Set<Registration>();
    return {
      register: async (instance) => {
        this.#reach();
        this.#put(instance);
        const registration = this.#registration(instance, () => mine.delete(registration));
        mine.add(registration);
        return registration;
      },
      close: async () => {
        for (const registration of [...mine]) await registration.deregister();
      },
    };
  }

  /** One application's discovery. */
  discovery(context: Pick<RegistryContext, 'clock' | 'logger'>): Discovery {
    return new MemoryDiscovery(context, {
      list: (query) => {
        this.#reach();
        return this.instances.filter((instance) => isOf(instance, query));
      },
      watch: (change, back) => {
        const watcher = { change, back };
        this.#watchers.add(watcher);
        return () => void this.#watchers.delete(watcher);
      },
    });
  }

  /** One application's store of contracts. */
  contractStore(): ContractStore {
    const of = (query: ServiceQuery): Map<string, string> => {
      this.#reach();
      const key = JSON.stringify([query.environment, query.app, query.service]);
      const found = this.#contracts.get(key) ?? new Map<string, string>();
      this.#contracts.set(key, found);
      return found;
    };
    return {
      put: async (service: ServiceIdentity, schemaId, document) => void of(service).set(schemaId, document),
      get: async (query, schemaId) => of(query).get(schemaId),
      list: async (query) => [...of(query).keys()].sort(),
      close: async () => {},
    };
  }

  /** All three roles under the type `memory`. */
  get factories(): RegistryFactories {
    return {
      registrars: new Map([['memory', () => this.registrar()]]),
      discoveries: new Map([['memory', (context) => this.discovery(context)]]),
      contractStores: new Map([['memory', () => this.contractStore()]]),
    };
  }

  #registration(instance: Instance, onGone: () => void): Registration {
    let present = instance;
    return {
      update: async (change) => {
        this.#reach();
        present = { ...present, ...change };
        // A crashed owner's registration has nothing left to change.
        if (this.#instances.has(present.id)) this.#put(present);
      },
      deregister: async () => {
        onGone();
        this.#remove(present.id);
      },
    };
  }

  #put(instance: Instance): void {
    this.#instances.set(instance.id, instance);
    this.#tell({ kind: 'put', instance });
  }

  #remove(id: string): void {
    const instance = this.#instances.get(id);
    this.#instances.delete(id);
    if (instance) this.#tell({ kind: 'remove', instance });
  }

  #tell(change: Parameters<Watcher>[0]): void {
    if (!this.#out) for (const watcher of [...this.#watchers]) watcher.change(change);
  }

  #reach(): void {
    if (this.#out) throw coreError('REGISTRY_UNAVAILABLE', 'memory registry: out of reach');
  }
}

function isOf(instance: Instance, { environment, app, service }: ServiceQuery): boolean {
  return instance.environment === environment && instance.app === app && instance.service === service;
}

/**
 * Makes a {@link MemoryRegistry}.
 *
 * @example
 * ```ts
 * const registry = memoryRegistry();
 * const discovery = registry.discovery({ clock: new VirtualClock(), logger: silentLogger });
 * ```
 */
export function memoryRegistry(): MemoryRegistry {
  return new MemoryRegistry();
}
