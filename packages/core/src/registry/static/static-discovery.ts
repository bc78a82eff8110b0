import type { Live } from '../../config/config.js';
import type { StaticItem, StaticRegistryValues } from '../../config/sections/registry-static.js';
import { parseEndpoint, type Endpoint } from '../../endpoint/endpoint.js';
import type { Instance } from '../../endpoint/instance.js';
import { coreError } from '../../errors/core-error.js';
import { CacheDiscovery, type CacheDiscoveryOptions } from '../cache-discovery.js';
import type { ServiceQuery } from '../ports.js';

/**
 * What a {@link StaticDiscovery} reads.
 *
 * @example
 * ```ts
 * const options: StaticDiscoveryOptions = { clock, logger, services: config.liveSection(StaticRegistrySection) };
 * ```
 */
export interface StaticDiscoveryOptions extends CacheDiscoveryOptions {
  readonly services: Live<StaticRegistryValues>;
}

/**
 * Discovery from addresses in configuration. A configured service is the same for every application and environment; who watches is
 * told when the configuration changes. Nothing says whether an instance runs: to `suspect` all that is configured is alive.
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

  protected override async fetch(query: ServiceQuery): Promise<readonly Instance[]> {
    const services = this.options.services.value;
    const items = Object.hasOwn(services, query.service) ? services[query.service]! : [];
    return items.map((item) => instanceOf(query, typeof item === 'string' ? { endpoints: [item] } : item));
  }
}

function instanceOf(query: ServiceQuery, item: Exclude<StaticItem, string>): Instance {
  const key = `servicecomb.registry.static.${query.service}`;
  const endpoints = item.endpoints.map((text) => endpointOf(text, key));
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

function endpointOf(text: string, key: string): Endpoint {
  try {
    return parseEndpoint(text);
  } catch (cause) {
    const message = `${key}: expected endpoints as {listener}://{host}:{port}, got ${JSON.stringify(text)}`;
    throw coreError('CONFIG_INVALID', message, { cause });
  }
}
