import type { PluginHost } from '@ts-chassis/core';
import { MarkedTimeout, TimeoutPolicy } from '../policy/timeout.js';
import { TimeoutHandler } from './timeout-handler.js';
import { TryTimeoutHandler } from './try-timeout-handler.js';

/** Timeouts. They hold in configured chains that do not name them too: go-chassis has no handler for them. */
export function installTimeout(host: PluginHost): void {
  host.policy(TimeoutPolicy);
  host.section(TimeoutPolicy.section);
  host.section(MarkedTimeout);
  for (const side of ['provider', 'consumer', 'method'] as const) {
    host.handler({ name: 'timeout', side, everywhere: true, make: () => new TimeoutHandler() });
    if (side === 'provider') continue;
    host.handler({ name: 'try-timeout', side, everywhere: true, make: () => new TryTimeoutHandler() });
  }
}
