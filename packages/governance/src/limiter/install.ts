import type { PluginHost } from '@ts-chassis/core';
import { checkSection } from '../policy/check-section.js';
import { placeOfMark } from '../policy/named-policies.js';
import { policyLevels } from '../policy/policy-levels.js';
import { MEMORY, RateLimitPolicy } from '../policy/rate-limit.js';
import { LimitStorePort } from './limit-store.js';
import { LimitStores } from './limit-stores.js';
import { MarkLimiting, RateLimitingSection } from './mark-limiting.js';
import { MemoryLimits } from './memory-limits.js';
import { RateLimiting } from './rate-limiting.js';

/** Rate limits: by level and caller, by key, by mark. */
export function installLimiter(host: PluginHost): void {
  host.policy(RateLimitPolicy);
  host.section(RateLimitPolicy.section);
  host.section(RateLimitingSection);
  checkSection(host, RateLimitPolicy.section, (tree, services) => {
    const stores = services.get(LimitStores);
    for (const { key, own } of policyLevels(tree, RateLimitPolicy.root, ['store'])) {
      if (typeof own['store'] === 'string') stores.get(own['store'], `${key}.store`);
    }
  });
  checkSection(host, RateLimitingSection, (marked, services) => {
    const stores = services.get(LimitStores);
    for (const [mark, { store }] of marked) {
      if (store !== undefined) stores.get(store, `${placeOfMark(marked, mark, RateLimitingSection.key)}.store`);
    }
  });
  host.extend(LimitStorePort, MEMORY, () => new MemoryLimits());
  host.provideFrom(
    LimitStores,
    (services) => new LimitStores(() => services.extensions(LimitStorePort), services.logger),
  );
  host.handler({ name: 'ratelimiter-provider', side: 'provider', make: (services) => new RateLimiting(services) });
  host.handler({ name: 'ratelimiter-consumer', side: 'consumer', make: (services) => new RateLimiting(services) });
  host.handler({ name: 'ratelimiter', side: 'method', make: (services) => new RateLimiting(services) });
  host.handler({ name: 'rate-limiter', side: 'provider', make: (services) => new MarkLimiting(services) });
}
