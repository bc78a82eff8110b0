import type { Live } from '../../config/config.js';
import type { DnsRegistryValues } from '../../config/sections/registry-dns.js';
import { parseEndpoint, type Endpoint } from '../../endpoint/endpoint.js';
import type { Instance } from '../../endpoint/instance.js';
import { coreError } from '../../errors/core-error.js';
import { CacheDiscovery, type CacheDiscoveryOptions } from '../cache-discovery.js';
import type { ServiceQuery } from '../ports.js';

/**
 * What a {@link DnsDiscovery} reads.
 *
 * @example
 * ```ts
 * const options: DnsDiscoveryOptions = { clock, logger, values: config.liveSection(DnsRegistrySection) };
 * ```
 */
export interface DnsDiscoveryOptions extends CacheDiscoveryOptions {
  readonly values: Live<DnsRegistryValues>;
}

/**
 * Server-side discovery: every service has exactly one instance, whose host is a name. The name is resolved by whoever connects, as
 * often as it connects, and balancing is the platform's; nothing is resolved or probed here, so a name that does not exist is seen
 * when a call fails.
 *
 * @example
 * ```ts
 * const discovery = new DnsDiscovery({ clock, logger, values: config.liveSection(DnsRegistrySection) });
 * ```
 */
export class DnsDiscovery extends CacheDiscovery {
  constructor(private readonly options: DnsDiscoveryOptions) {
    super(options);
    this.disposeOf(options.values.onChange(() => this.refreshAll()));
  }

  protected override async fetch(query: ServiceQuery): Promise<readonly Instance[]> {
    const { endpoints, services } = this.options.values.value;
    const own = Object.hasOwn(services, query.service) ? services[query.service] : undefined;
    const resolved = (own?.length ? own : endpoints).map((template) => endpointOf(template, query));
    return [
      {
        ...query,
        id: `dns:${[query.environment, query.app, query.service].map(encodeURIComponent).join('/')}`,
        // Which versions stand behind the name is the platform's affair.
        version: '0.0.1',
        hostName: resolved[0]!.host,
        status: 'UP',
        endpoints: resolved,
        metadata: {},
      },
    ];
  }
}

function endpointOf(template: string, query: ServiceQuery): Endpoint {
  const text = template.replace(/\{(service|app|environment)\}/g, (_, part: keyof ServiceQuery) => query[part]);
  try {
    return parseEndpoint(text);
  } catch (cause) {
    const message = `servicecomb.registry.dns: ${JSON.stringify(template)} makes no endpoint of the service ${JSON.stringify(query.service)}`;
    throw coreError('CONFIG_INVALID', `${message}: expected {listener}://{host}:{port}, got ${JSON.stringify(text)}`, {
      cause,
    });
  }
}
