import type { Newable, Plugin } from '@ts-chassis/core';
import { installBreaker } from './breaker/install.js';
import { installCoalesce } from './coalesce/install.js';
import { installControl } from './control/install.js';
import { WithoutEffectSection } from './dialects/without-effect.js';
import { installBulkhead } from './bulkhead/install.js';
import { installEvents } from './events/install.js';
import { installFallback } from './fallback/install.js';
import { installExplain } from './explain/install.js';
import { installFault } from './fault/install.js';
import { installShedding } from './shedding/install.js';
import { installLimiter } from './limiter/install.js';
import { installLoadBalance } from './load-balance/install.js';
import type { BalancingStrategy } from './load-balance/strategy.js';
import { installMatch } from './match/install.js';
import { installQuota } from './quota/install.js';
import { installRetry } from './retry/install.js';
import { installRoute } from './route/install.js';
import { installTimeout } from './timeout/install.js';

/**
 * What an application adds to its governance.
 *
 * @example
 * ```ts
 * const options: GovernanceOptions = { strategies: [Cheapest] };
 * ```
 */
export interface GovernanceOptions {
  /** Strategies of load balancing: classes with `@LoadBalancingStrategy`, made by the container. */
  readonly strategies?: readonly Newable<BalancingStrategy>[];
}

/**
 * Governance on both sides of a call: traffic marking, routing, load balancing, retries, circuit breakers, limits, bulkheads, timeouts, fallbacks,
 * injected faults and load shedding, by decorators and by configuration, changed while it runs. A policy nobody asks for costs nothing.
 *
 * @example
 * ```ts
 * const app = createApplication({ modules: [CatalogModule], plugins: [rest(), governance()] });
 * ```
 */
export function governance({ strategies = [] }: GovernanceOptions = {}): Plugin {
  return {
    name: 'governance',
    install(host) {
      installEvents(host);
      installExplain(host);
      installFault(host);
      installShedding(host);
      installBreaker(host);
      installBulkhead(host);
      installFallback(host);
      installCoalesce(host);
      installControl(host);
      host.section(WithoutEffectSection);
      installLimiter(host);
      installLoadBalance(host, strategies);
      installMatch(host);
      installQuota(host);
      installRetry(host);
      installRoute(host);
      installTimeout(host);
    },
  };
}
