import type { Plugin } from '@ts-chassis/core';
import { MemoryClientTransport } from './memory-client.js';
import { MemoryNetwork } from './memory-network.js';
import { MemoryServerTransport } from './memory-server.js';
import { MemoryRegistry } from './registry/memory-registry.js';

/**
 * What applications of one test share.
 *
 * @example
 * ```ts
 * const shared: MemoryOptions = { network: new MemoryNetwork(), registry: memoryRegistry() };
 * ```
 */
export interface MemoryOptions {
  /** The wires; default some of its own. */
  readonly network?: MemoryNetwork;
  /** Who runs where; default one of its own. */
  readonly registry?: MemoryRegistry;
}

/**
 * The plug-in of the in-memory protocol `memory` and of the registry type `memory`: the whole chain and no socket. Applications that
 * share a network and a registry find and call one another.
 *
 * @example
 * ```ts
 * const shared = { network: new MemoryNetwork(), registry: memoryRegistry() };
 * createApplication({ modules: [CatalogModule], plugins: [memory(shared)] });
 * ```
 */
export function memory({ network = new MemoryNetwork(), registry = new MemoryRegistry() }: MemoryOptions = {}): Plugin {
  return {
    name: 'memory',
    install(host) {
      host.serverTransport('memory', () => new MemoryServerTransport(network));
      host.clientTransport('memory', () => new MemoryClientTransport(network));
      host.registrar('memory', () => registry.registrar());
      host.discovery('memory', (context) => registry.discovery(context));
      host.contractStore('memory', () => registry.contractStore());
    },
  };
}
