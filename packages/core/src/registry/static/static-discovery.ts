import type { Live } from '../../config/config.js';
import type { Instance } from '../../endpoint/instance.js';
import { CacheDiscovery, type CacheDiscoveryOptions } from '../cache-discovery.js';
import type { ServiceQuery } from '../ports.js';
import { listOfService } from '../services-tree.js';
import { configuredEndpoint, type StaticItem, type StaticServices } from './static-section.js';

/**
 * What a {@link StaticDiscovery} reads.
 *
 * @example
 * ```ts
 * const options: StaticDiscoveryOptions = { clock, logger, services: config.liveSection(StaticRegistrySection) };
 * ```
 */
export interface StaticDiscoveryOptions extends CacheDiscoveryOptions {
  readonly services: Live<StaticServices>;
}

/**
 * Discovery from addresses in configuration. A configured service is the same for every application and environment; who watches is
 * told when the configuration changes. Nothing says whether an instance runs: `suspect` has no one to ask.
 *
 * @example
 * ```ts
 * const discovery = new StaticDiscovery({ clock, logger, services: config.liveSection(StaticRegistrySection) });
 * ```
 */
export class StaticDiscovery extends CacheDiscovery {
  constructor(private readonly options: StaticDiscoveryOptions) {
    super(options);
    this.disposeOf(options.services.onChange(() => this.refreshAll()));
  }

  override suspect(): void {}

  protected override async fetch(query: ServiceQuery): Promise<readonly Instance[]> {
    const items = (listOfService(this.options.services.value, query.service) ?? []) as readonly StaticItem[];
    return items.map((item) => instanceOf(query, typeof item === 'string' ? { endpoints: [item] } : item));
  }
}

function instanceOf(query: ServiceQuery, item: Exclude<StaticItem, string>): Instance {
  const key = `servicecomb.registry.static.${query.service}`;
  const endpoints = item.endpoints.map((text) => configuredEndpoint(text, key));
  return {
    ...query,
    // The same text is the same instance, so that a change of its metadata is an update.
    id: `${query.service}@${item.endpoints.join(',')}`,
    version: item.version ?? '0.0.1',
    hostName: endpoints[0]!.host,
    status: 'UP',
    endpoints,
    metadata: item.metadata ?? {},
  };
}
