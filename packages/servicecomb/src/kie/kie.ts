import { ConfigClientSection, CredentialsSection, type Plugin } from '@ts-chassis/core';
import { printable } from '../connection/printable.js';
import { ServiceCenterSection } from '../sections/service-center.js';
import { dimensionsOf } from './dimension.js';
import { KieSource } from './kie-source.js';
import { KieConnections } from './kie-connections.js';

/** The second is how documents of go-chassis spell it. */
const TYPES: ReadonlySet<string> = new Set(['kie', 'servicecomb-kie']);

/** KIE takes no longer wait. */
const LONGEST_WAIT_MS = 300_000;

/** Where less is configured, go-chassis's 0 included. */
const SHORTEST_INTERVAL_MS = 1000;

/**
 * Apache ServiceComb KIE as remote source of configuration: `servicecomb.config.client.type: kie` and `.serverUri`. Its values win over all
 * local ones, and changes take effect while the application runs. Where `serverUri` is empty and the registry is a service-center, that is
 * asked once for the service `CseConfigCenter`.
 *
 * @throws ChassisError `CONFIG_INVALID`, at the start, for addresses that are none
 *
 * @example
 * ```ts
 * createApplication({ modules: [CatalogModule], plugins: [rest(), serviceCenter(), kie()] });
 * ```
 */
export function kie(): Plugin {
  return {
    name: 'kie',
    install(host) {
      host.section(CredentialsSection);
      host.section(ServiceCenterSection);
      host.configSource((local, context) => {
        const client = local.section(ConfigClientSection);
        if (!client.enabled) return undefined;
        if (!TYPES.has(client.type)) {
          const got = JSON.stringify(printable(client.type));
          context.logger.warn(
            `kie: servicecomb.config.client.type: expected kie or servicecomb-kie, got ${got}; KIE is not asked`,
          );
          return undefined;
        }
        const connections = new KieConnections(context, client);
        if (!connections.isConfigured) return undefined;
        const configured = client.serverUri.length > 0 ? connections.toConfigured() : undefined;
        const { clock, random, logger, identity } = context;
        const { refreshMode: mode, refreshInterval } = client;
        return new KieSource({
          ...{ clock, random, logger, mode },
          dimensions: dimensionsOf(identity, client.dimension),
          intervalMs: Math.max(
            SHORTEST_INTERVAL_MS,
            mode === 0 ? Math.min(refreshInterval, LONGEST_WAIT_MS) : refreshInterval,
          ),
          connect: (signal) => (configured ? Promise.resolve(configured) : connections.toRegistered(signal)),
        });
      });
    },
  };
}
