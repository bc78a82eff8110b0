import type { Newable, Plugin } from '@ts-chassis/core';
import { installBreaker } from './breaker/install.js';
import { installBulkhead } from './bulkhead/install.js';
import { installCoalesce } from './coalesce/install.js';
import { installControl } from './control/install.js';
import { WithoutEffectSection } from './dialects/without-effect.js';
import { installEvents } from './events/install.js';
import { installExplain } from './explain/install.js';
import { installFallback } from './fallback/install.js';
import { installFault } from './fault/install.js';
import { installLimiter } from './limiter/install.js';
import { installLoadBalance } from './load-balance/install.js';
import type { BalancingStrategy } from './load-balance/strategy.js';
import { installMatch } from './match/install.js';
import { installQuota } from './quota/install.js';
import { installRetry } from './retry/install.js';
import { installRoute } from './route/install.js';
import { installShedding } from './shedding/install.js';
import { installTimeout } from './timeout/install.js';

/** All rooms whose installation needs nothing but the host. Order means nothing: where links stand, core's order of handlers says. */
const ROOMS = [
  installBreaker,
  installBulkhead,
  installCoalesce,
  installControl,
  installEvents,
  installExplain,
  installFallback,
  installFault,
  installLimiter,
  installMatch,
  installQuota,
  installRetry,
  installRoute,
  installShedding,
  installTimeout,
];

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
      for (const install of ROOMS) install(host);
      installLoadBalance(host, strategies);
      host.section(WithoutEffectSection);
    },
  };
}
