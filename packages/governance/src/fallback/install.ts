import type { PluginHost } from '@ts-chassis/core';
import { checkSection } from '../policy/check-section.js';
import { FallbackPolicy } from '../policy/fallback.js';
import { policyLevels } from '../policy/policy-levels.js';
import { standInOf } from './algorithm.js';
import { FallbackHandler } from './fallback-handler.js';
import { FallbackPort } from './fallback-port.js';

/** Declares what fallbacks bring. */
export function installFallback(host: PluginHost): void {
  host.policy(FallbackPolicy);
  host.section(FallbackPolicy.section);
  checkSection(host, FallbackPolicy.section, (tree, services) => {
    const named = services.extensions(FallbackPort);
    for (const { key, own } of policyLevels(tree, FallbackPolicy.root, ['policy'])) {
      if (typeof own['policy'] === 'string') standInOf({ policy: own['policy'] }, { named, key: `${key}.policy` });
    }
  });
  for (const side of ['consumer', 'method'] as const)
    host.handler({ name: 'fallback', side, make: (services) => new FallbackHandler(services) });
}
