import type { PluginHost } from '@ts-chassis/core';
import { FallbackPolicy } from '../policy/fallback.js';
import { FallbackHandler } from './fallback-handler.js';

/** Declares what fallbacks bring. */
export function installFallback(host: PluginHost): void {
  host.policy(FallbackPolicy);
  host.section(FallbackPolicy.section);
  for (const side of ['consumer', 'method'] as const)
    host.handler({ name: 'fallback', side, make: (services) => new FallbackHandler(services) });
}
