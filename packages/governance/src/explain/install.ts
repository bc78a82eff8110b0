import type { PluginHost } from '@ts-chassis/core';
import { Governance } from './governance.js';
import { warnOfIdle } from './warn-of-idle.js';

/** Lists what tells of all the others, and warns of what has no effect. */
export function installExplain(host: PluginHost): void {
  host.provideFrom(Governance, (services) => new Governance(services));
  const stops: (() => void)[] = [];
  host.onStart('policies without effect', (services) => void stops.push(warnOfIdle(services)));
  host.onStop('policies without effect', () => stops.splice(0).forEach((stop) => stop()));
}
