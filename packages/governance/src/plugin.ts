import type { Plugin } from '@ts-chassis/core';
import { GovernanceEvents } from './events/governance-events.js';
import { installFault } from './fault/install.js';

/**
 * Governance on both sides of a call: traffic marking, routing, load balancing, retries, circuit breakers, limits, bulkheads, timeouts, fallbacks,
 * injected faults and load shedding, by decorators and by configuration, changed while it runs. A policy nobody asks for costs nothing.
 *
 * @example
 * ```ts
 * const app = createApplication({ modules: [CatalogModule], plugins: [rest(), governance()] });
 * ```
 */
export function governance(): Plugin {
  return {
    name: 'governance',
    install(host) {
      host.provideFrom(GovernanceEvents, (services) => new GovernanceEvents(services.logger));
      installFault(host);
    },
  };
}
