import type { PluginHost } from '@ts-chassis/core';
import { Governance } from './governance.js';

/** Lists what tells of all the others. */
export function installExplain(host: PluginHost): void {
  host.provideFrom(Governance, (services) => new Governance(services));
}
