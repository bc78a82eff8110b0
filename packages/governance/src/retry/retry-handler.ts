import {
  authorityOf,
  runFork,
  type Clock,
  type HeaderMap,
  type Invocation,
  type Next,
  type PlanContext,
  type PlannedHandler,
  type Random,
  type Reply,
  type Span,
} from '@ts-chassis/core';
import type { GovernanceEvents } from '../events/governance-events.js';
import { MarkedRetry, RetryPolicy } from '../policy/retry.js';
import { waitMs } from './backoff.js';
import { budgetName } from './budget-name.js';
import { decide } from './decide.js';
import { DistinctFailures } from './distinct-failures.js';
import { ATTEMPT_HEADER, isInsideRetry, Retried } from './inside-retry.js';
import { isRefusalOfOne } from './is-own-refusal.js';
import type { RetryBudget, RetryBudgets } from './retry-budget.js';
import { limitOf, type RetryRules } from './retry-rules.js';
import { RulesByMark } from './rules-by-mark.js';
import { TriedInstances } from './tried-instances.js';
import type { Waits } from './waits.js';

/** The link `retry`: tries a call again that failed in a way that another try may mend. What stands behind it runs once for each try. */
export class RetryHandler implements PlannedHandler {
  readonly #failures = new DistinctFailures();

  constructor(
    private readonly budgets: RetryBudgets,
    private readonly events: GovernanceEvents,
    private readonly waits: Waits,
  ) {}

  plan(context: PlanContext, next: Next): Next {
    const fields = context.policy(RetryPolicy)?.value;
    const marked = context.section(MarkedRetry);
    if (marked.size === 0 && (!fields || limitOf(fields) <= 1)) return next;
    const { clock, random, side } = context;
    const retrying = new Retrying({
      ...{ next, clock, random, events: this.events, waits: this.waits },
      budget: this.budgets.of(budgetName(context)),
      rules: new RulesByMark(context, fields, marked, this.#failures),
      byMethod: side === 'method',
    });
    return (invocation) => retrying.run(invocation);
  }
}

interface RetryPlan {
  readonly next: Next;
  readonly clock: Clock;
  readonly random: Random;
  readonly budget: RetryBudget;
  readonly events: GovernanceEvents;
  readonly waits: Waits;
  readonly rules: RulesByMark;
  readonly byMethod: boolean;
}

/** Retries of one operation. */
class Retrying {
  constructor(private readonly plan: RetryPlan) {}

  run(invocation: Invocation): Promise<Reply> {
    const { next, budget, byMethod } = this.plan;
    const rules = this.plan.rules.of(invocation.mark);
    if (!rules || rules.limit <= 1 || !invocation.replayable) return next(invocation);
    budget.deposit(rules.fields.budget, rules.fields.budgetBurst);
    // calls made inside must know: those of a method, and those of an operation served by this process
    if (byMethod || invocation.endpoint) invocation.set(Retried, true);
    const tries = new Tries(this.plan, rules, invocation);
    return next(invocation).catch((error: unknown) => tries.again(error));
  }
}

/** The tries of one call. The first is the call itself; forks begin as it was before the first. */
class Tries {
  readonly #headers: HeaderMap;
  readonly #span: Span;
  /** Where the caller wants it to go. */
  readonly #pinned: Invocation['endpoint'];
  #last: Invocation;
  #made = 1;
  #stays = false;

  constructor(
    private readonly plan: RetryPlan,
    private readonly rules: RetryRules,
    private readonly call: Invocation,
  ) {
    this.#headers = call.headers;
    this.#span = call.span;
    this.#pinned = call.endpoint;
    this.#last = call;
  }

  async again(failure: unknown): Promise<Reply> {
    const { clock, next, waits } = this.plan;
    const tried = new Set(this.call.get(TriedInstances));
    let error = failure;
    for (;;) {
      // nothing was sent to the instance it stayed at: where balancers would pick another, so is here, without another try
      const leaves = this.#stays && this.#refusedByOne(error);
      const delayMs = leaves ? 0 : this.#delayMs(error);
      if (!leaves && !this.#goesOn(error, delayMs)) throw error;
      this.#note(tried);
      if (delayMs > 0 && !(await waits.pass(delayMs, this.call, clock))) throw error;
      const fork = this.#fork(tried, leaves);
      this.#tell(fork, delayMs);
      try {
        const reply = await runFork(next, fork);
        this.call.endpoint = fork.endpoint;
        return reply;
      } catch (thrown) {
        error = thrown;
      }
    }
  }

  /** What the back-off says, or the callee where it asks for more. */
  #delayMs(error: unknown): number {
    const { retryAfterMs = 0 } = (error ?? {}) as { readonly retryAfterMs?: number };
    return Math.max(waitMs(this.rules.fields, this.#made, this.plan.random), retryAfterMs);
  }

  #goesOn(error: unknown, delayMs: number): boolean {
    const { call, plan, rules } = this;
    const { clock, budget } = plan;
    const retryable =
      !call.cancelled && rules.mends(error, this.#last) && (rules.fields.nested || !isInsideRetry(call));
    const remainingMs = call.deadline - clock.elapsed();
    const failed = { made: this.#made, limit: rules.limit, retryable, delayMs, remainingMs };
    const verdict = decide(failed, () => budget.withdraw());
    if (verdict === 'budget') {
      const { service, operation } = call;
      plan.events.emit('rejected', { service, operation: operation.id, by: 'retry', name: service });
    }
    return verdict === 'retry';
  }

  #note(tried: Set<string>): void {
    const { endpoint } = this.#last;
    if (endpoint) tried.add(authorityOf(endpoint));
    for (const other of this.#last.get(TriedInstances) ?? []) tried.add(other);
  }

  #refusedByOne(error: unknown): boolean {
    const { endpoint } = this.#last;
    return endpoint !== undefined && !this.call.cancelled && isRefusalOfOne(error, authorityOf(endpoint));
  }

  #fork(tried: ReadonlySet<string>, leaves: boolean): Invocation {
    const stays = !leaves && this.#made % (this.rules.sameInstance + 1) !== 0;
    this.#stays = stays && !this.#pinned;
    this.#made += 1;
    const fork = this.call.fork({
      attempt: this.#made,
      headers: this.#headers.with(ATTEMPT_HEADER, String(this.#made)),
      span: this.#span,
      endpoint: this.#pinned ?? (stays ? this.#last.endpoint : undefined),
    });
    fork.set(TriedInstances, new Set(tried));
    return (this.#last = fork);
  }

  #tell({ service, operation, attempt }: Invocation, delayMs: number): void {
    this.plan.events.emit('retried', { service, operation: operation.id, attempt, delayMs, hedge: false });
  }
}
