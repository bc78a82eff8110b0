import { isStream, type Invocation, type Next, type PlanContext, type PlannedHandler } from '@ts-chassis/core';
import type { Reply } from '@ts-chassis/core';
import type { GovernanceEvents } from '../events/governance-events.js';
import { failureJudge } from '../outcome/is-failure.js';
import { HedgePolicy } from '../policy/hedge.js';
import { RetryPolicy } from '../policy/retry.js';
import { budgetName } from '../retry/budget-name.js';
import { mayRunTwice } from '../retry/may-run-twice.js';
import type { RetryBudgets } from '../retry/retry-budget.js';
import { limitOf } from '../retry/retry-rules.js';
import type { HedgePlan } from './hedge-plan.js';
import { HedgedRun } from './hedged-run.js';
import { RunningPercentile } from './running-percentile.js';

/** The link `hedge`: begins another try beside one that is late. The first to succeed wins, the others are cancelled. */
export class HedgeHandler implements PlannedHandler {
  constructor(
    private readonly budgets: RetryBudgets,
    private readonly events: GovernanceEvents,
  ) {}

  plan(context: PlanContext, next: Next): Next {
    const fields = context.policy(HedgePolicy)?.value;
    if (!fields || fields.max < 1 || !mayRunTwice(context)) return next;
    const retry = context.policy(RetryPolicy)?.value;
    const hedging = new Hedging({
      ...{ fields, next, clock: context.clock, events: this.events },
      isFailure: failureJudge(context),
      budget: this.budgets.of(budgetName(context)),
      // a call counts once, by whoever sees it first
      deposits: !retry || limitOf(retry) <= 1,
      latency: context.state(
        'latency',
        () => new RunningPercentile(fields.percentile),
        (latency) => void (latency.percentile = fields.percentile),
      ),
    });
    return (invocation) => hedging.run(invocation);
  }
}

class Hedging {
  constructor(private readonly plan: HedgePlan) {}

  run(invocation: Invocation): Promise<Reply> {
    const { fields, next, clock, budget, deposits, latency } = this.plan;
    // what goes to one instance only has no other to ask
    if (!invocation.replayable || invocation.endpoint) return next(invocation);
    if (deposits) budget.deposit(fields.budget, fields.budgetBurst);
    const began = clock.elapsed();
    const delayMs = fields.delayMs ?? latency.value;
    const running = delayMs === undefined ? next(invocation) : new HedgedRun(this.plan, invocation, delayMs).run();
    if (fields.delayMs !== undefined) return running;
    return running.then((reply) => {
      // how long a stream takes says nothing of how late it is
      if (!isStream(reply.value)) latency.add(clock.elapsed() - began);
      return reply;
    });
  }
}
