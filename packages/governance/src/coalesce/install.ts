import type { PluginHost } from '@ts-chassis/core';
import { CoalescePolicy } from '../policy/coalesce.js';
import { CoalesceHandler } from './coalesce-handler.js';

/** Calls that share one. */
export function installCoalesce(host: PluginHost): void {
  host.policy(CoalescePolicy);
  host.section(CoalescePolicy.section);
  for (const side of ['consumer', 'method'] as const) {
    host.handler({ name: 'coalesce', side, make: () => new CoalesceHandler() });
  }
}
