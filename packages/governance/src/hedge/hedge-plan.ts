import type { Clock, Next } from '@ts-chassis/core';
import type { GovernanceEvents } from '../events/governance-events.js';
import type { IsFailure } from '../outcome/is-failure.js';
import type { HedgeFields } from '../policy/hedge.js';
import type { RetryBudget } from '../retry/retry-budget.js';
import type { RunningPercentile } from './running-percentile.js';

/** What hedges of one operation have in common. */
export interface HedgePlan {
  readonly fields: HedgeFields;
  readonly next: Next;
  readonly clock: Clock;
  readonly events: GovernanceEvents;
  readonly isFailure: IsFailure;
  readonly budget: RetryBudget;
  readonly deposits: boolean;
  readonly latency: RunningPercentile;
}
