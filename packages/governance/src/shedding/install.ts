import type { PluginHost } from '@ts-chassis/core';
import { GovernanceEvents } from '../events/governance-events.js';
import { SheddingPolicy } from '../policy/shedding.js';
import { SheddingHandler } from './handler.js';
import { LagProbe } from './lag-probe.js';

/** Lists what sheds load. */
export function installShedding(host: PluginHost): void {
  host.policy(SheddingPolicy);
  host.section(SheddingPolicy.section);
  host.handler({
    name: 'shedding',
    side: 'provider',
    make: (services) =>
      new SheddingHandler({ lag: new LagProbe(services.clock), events: services.get(GovernanceEvents) }),
  });
}
