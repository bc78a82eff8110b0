import type { PluginHost } from '@ts-chassis/core';
import { GovernanceEvents } from '../events/governance-events.js';
import { HedgeHandler } from '../hedge/hedge-handler.js';
import { HedgePolicy } from '../policy/hedge.js';
import { IdempotentPolicy } from '../policy/idempotent.js';
import { MarkedRetry, RetryPolicy } from '../policy/retry.js';
import { RetryBudgets } from './retry-budget.js';
import { RetryHandler } from './retry-handler.js';
import { Waits } from './waits.js';

/** Retries and hedges: they share the budgets of further tries, one set for each application. */
export function installRetry(host: PluginHost): void {
  const budgets = new RetryBudgets();
  const waits = new Waits();
  host.onStop('waits before further tries', () => waits.end());
  host.policy(RetryPolicy);
  host.policy(IdempotentPolicy);
  host.policy(HedgePolicy);
  for (const { section } of [RetryPolicy, IdempotentPolicy, HedgePolicy]) host.section(section);
  host.section(MarkedRetry);
  for (const side of ['consumer', 'method'] as const) {
    host.handler({
      ...{ name: 'retry', side },
      make: (services) => new RetryHandler(budgets, services.get(GovernanceEvents), waits),
    });
    host.handler({
      ...{ name: 'hedge', side },
      make: (services) => new HedgeHandler(budgets, services.get(GovernanceEvents)),
    });
  }
}
