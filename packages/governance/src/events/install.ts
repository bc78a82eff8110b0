import type { PluginHost } from '@ts-chassis/core';
import { countEvents } from './count-events.js';
import { GovernanceEvents } from './governance-events.js';
import { EventLog } from './log-events.js';
import { recordReloads } from './record-reloads.js';

/** Lists the events, with what is logged and counted of them. */
export function installEvents(host: PluginHost): void {
  host.provideFrom(GovernanceEvents, (services) => new GovernanceEvents(services.logger));
  const stops: (() => void)[] = [];
  host.onStart('governance events', (services) => {
    const events = services.get(GovernanceEvents);
    const log = new EventLog(events, services.logger, services.clock);
    const stopReloads = recordReloads(services.config, events);
    stops.push(() => log.close(), countEvents(events, services.meter), stopReloads);
  });
  host.onStop('governance events', () => stops.splice(0).forEach((stop) => stop()));
}
