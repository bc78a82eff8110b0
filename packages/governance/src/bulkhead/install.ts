import type { PluginHost, Side } from '@ts-chassis/core';
import { BulkheadPolicy, MarkedBulkheads } from '../policy/bulkhead.js';
import { BulkheadHandler } from './bulkhead-handler.js';

const SIDES: readonly Side[] = ['provider', 'consumer', 'method'];

/** Declares what bulkheads bring. */
export function installBulkhead(host: PluginHost): void {
  host.policy(BulkheadPolicy);
  host.section(BulkheadPolicy.section);
  host.section(MarkedBulkheads);
  for (const side of SIDES) host.handler({ name: 'bulkhead', side, make: (services) => new BulkheadHandler(services) });
}
