import { RegistrySection } from '../config/sections/registry.js';
import type { Endpoint } from '../endpoint/endpoint.js';
import { builtInRegistries } from '../registry/built-in-registries.js';
import { chooseRegistry, type ChosenRole } from '../registry/choose-registry.js';
import type { RegistryContext, RegistryFactories } from '../registry/factories.js';
import type { ContractStore, Discovery, InstanceChange, Registrar, ServiceQuery } from '../registry/ports.js';
import type { ClientTransport } from '../transport/client-transport.js';
import { Announcement } from './announcement.js';
import type { Declarations } from './declarations.js';
import type { Services } from './services.js';

type Shared = 'clock' | 'random' | 'logger' | 'config' | 'identity' | 'tls' | 'ciphers';

/** What {@link Registries} are made of beside the services of their application. */
export interface RegistriesOptions extends Pick<RegistryContext, 'directory' | 'schemas'> {
  readonly declarations: Declarations;
}

/** The three roles of the chosen registry, as far as they are there. */
export class Registries {
  readonly registerAtStart: boolean;
  readonly registrar: Registrar | undefined;
  readonly discovery: Discovery;
  readonly contracts: ContractStore | undefined;
  /** This application, as it is announced. */
  readonly own: Announcement;

  /** @throws ChassisError `PLUGIN_MISSING`, `CONFIG_INVALID` */
  constructor(services: Services, { declarations, ...own }: RegistriesOptions) {
    const choice = chooseRegistry(services.config.section(RegistrySection), available(declarations));
    const make = <T>(role: ChosenRole<T> | undefined): T | undefined =>
      role?.make({ ...contextOf(services), ...own, addresses: role.addresses });
    this.registerAtStart = choice.registerAtStart;
    this.registrar = make(choice.registrar);
    this.discovery = make(choice.discovery) ?? nowhere;
    this.contracts = make(choice.contractStore);
    const { clock, random, logger } = services;
    this.own = new Announcement({ clock, random, logger, registrar: this.registrar });
  }

  async close(): Promise<void> {
    await Promise.all([this.registrar?.close(), this.discovery.close(), this.contracts?.close()]);
  }
}

/** Tells a transport of every instance that leaves, so that connections to it are not kept. */
export function releaseGone(change: InstanceChange, transports: Iterable<ClientTransport>): void {
  // most changes take nobody away, and lists are long
  if (change.removed.length === 0) return;
  const kept = new Set(change.instances.flatMap((instance) => instance.endpoints.map(keyOf)));
  const gone = change.removed
    .flatMap((instance) => instance.endpoints)
    .filter((endpoint) => !kept.has(keyOf(endpoint)));
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

function contextOf(services: Services): Pick<RegistryContext, Shared> {
  const { clock, random, logger, config, identity, tls, ciphers } = services;
  return { clock, random, logger, config, identity, tls, ciphers };
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
