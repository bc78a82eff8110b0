import { RegistrySection } from '../config/sections/registry.js';
import type { Endpoint } from '../endpoint/endpoint.js';
import type { Instance } from '../endpoint/instance.js';
import { builtInRegistries } from '../registry/built-in-registries.js';
import { chooseRegistry, type ChosenRole } from '../registry/choose-registry.js';
import type { RegistryContext, RegistryFactories } from '../registry/factories.js';
import type {
  ContractStore,
  Discovery,
  InstanceChange,
  Registrar,
  Registration,
  ServiceQuery,
} from '../registry/ports.js';
import type { ClientTransport } from '../transport/client-transport.js';
import type { Declarations } from './declarations.js';
import type { Services } from './services.js';

/** The three roles of the chosen registry, as far as they are there. */
export class Registries {
  readonly registerAtStart: boolean;
  readonly registrar: Registrar | undefined;
  readonly discovery: Discovery;
  readonly contracts: ContractStore | undefined;
  #registration: Registration | undefined;

  /** @throws ChassisError `PLUGIN_MISSING`, `CONFIG_INVALID` */
  constructor(services: Services, declarations: Declarations) {
    const choice = chooseRegistry(services.config.section(RegistrySection), available(declarations));
    const make = <T>(role: ChosenRole<T> | undefined): T | undefined => role?.make(contextOf(services, role.addresses));
    this.registerAtStart = choice.registerAtStart;
    this.registrar = make(choice.registrar);
    this.discovery = make(choice.discovery) ?? nowhere;
    this.contracts = make(choice.contractStore);
  }

  /** Announces this application. */
  async register(instance: Instance): Promise<void> {
    this.#registration = await this.registrar?.register(instance);
  }

  /** Withdraws it; without effect when it was not announced. */
  async deregister(): Promise<boolean> {
    const registration = this.#registration;
    this.#registration = undefined;
    await registration?.deregister();
    return registration !== undefined;
  }

  /** The registered instance, for plug-ins that change its status or metadata. */
  get registration(): Registration | undefined {
    return this.#registration;
  }

  async close(): Promise<void> {
    await Promise.all([this.registrar?.close(), this.discovery.close(), this.contracts?.close()]);
  }
}

/** Tells a transport of every instance that leaves, so that connections to it are not kept. */
export function releaseGone(change: InstanceChange, transports: Iterable<ClientTransport>): void {
  const kept = new Set(change.instances.flatMap((instance) => instance.endpoints.map(keyOf)));
  const gone = [...change.removed.flatMap((instance) => instance.endpoints)].filter(
    (endpoint) => !kept.has(keyOf(endpoint)),
  );
  for (const transport of transports) for (const endpoint of gone) transport.release(endpoint);
}

function keyOf(endpoint: Endpoint): string {
  return `${endpoint.listener} ${endpoint.host} ${endpoint.port}`;
}

function available(declarations: Declarations): RegistryFactories {
  const { registrars, discoveries, contractStores } = declarations;
  return {
    registrars: new Map([...builtInRegistries.registrars, ...registrars.all]),
    discoveries: new Map([...builtInRegistries.discoveries, ...discoveries.all]),
    contractStores: new Map([...builtInRegistries.contractStores, ...contractStores.all]),
  };
}

function contextOf({ clock, logger, config, identity }: Services, addresses: readonly string[]): RegistryContext {
  return { clock, logger, config, identity, addresses };
}

/** Discovery where there is none: nobody is found. */
const nowhere: Discovery = {
  find: () => Promise.resolve([]),
  peek: (_query: ServiceQuery) => [],
  watch: () => () => undefined,
  watchAll: () => () => undefined,
  suspect: () => Promise.resolve(false),
  close: () => Promise.resolve(),
};
