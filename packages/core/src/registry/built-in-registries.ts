import { DnsRegistrySection } from '../config/sections/registry-dns.js';
import { StaticRegistrySection } from '../config/sections/registry-static.js';
import { DnsDiscovery } from './dns/dns-discovery.js';
import type { RegistryContext, RegistryFactories, RegistryFactory } from './factories.js';
import { LocalContractStore } from './local/local-contract-store.js';
import { LocalDiscovery } from './local/local-discovery.js';
import type { LocalOptions } from './local/local-options.js';
import { LocalRegistrar } from './local/local-registrar.js';
import { localRootOf } from './local/local-root.js';
import { nodeFileSystem } from './local/node-file-system.js';
import { createProcessProbe } from './local/process-probe.js';
import type { Discovery } from './ports.js';
import { StaticDiscovery } from './static/static-discovery.js';

/**
 * The registries that need no plug-in: `local` (all roles), `static` and `dns` (discovery; who runs is written in configuration or
 * known to the platform, so nothing is announced).
 *
 * @example
 * ```ts
 * const choice = chooseRegistry({ type: 'local' }, builtInRegistries);
 * ```
 */
export const builtInRegistries: RegistryFactories = {
  registrars: new Map([['local', (context) => new LocalRegistrar(localOptions(context))]]),
  discoveries: new Map<string, RegistryFactory<Discovery>>([
    ['local', (context) => new LocalDiscovery(localOptions(context))],
    [
      'static',
      (context) => new StaticDiscovery({ ...context, services: context.config.liveSection(StaticRegistrySection) }),
    ],
    ['dns', (context) => new DnsDiscovery({ ...context, values: context.config.liveSection(DnsRegistrySection) })],
  ]),
  contractStores: new Map([['local', (context) => new LocalContractStore(localOptions(context))]]),
};

function localOptions({ addresses, clock, logger }: RegistryContext): LocalOptions {
  return { root: localRootOf(addresses), clock, logger, files: nodeFileSystem, processes: createProcessProbe() };
}
