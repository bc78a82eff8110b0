import {
  ChassisError,
  type Clock,
  type Invocation,
  type Next,
  type PlanContext,
  type PlannedHandler,
  type Reply,
} from '@ts-chassis/core';
import { CoalescePolicy } from '../policy/coalesce.js';
import { mayRunTwice } from '../retry/may-run-twice.js';
import { CallKeys } from './call-key.js';
import { RunningCalls } from './running-calls.js';
import { SharedCall } from './shared-call.js';

/** The link `coalesce`: equal calls that are under way at the same time share one. */
export class CoalesceHandler implements PlannedHandler {
  plan(context: PlanContext, next: Next): Next {
    const fields = context.policy(CoalescePolicy)?.value;
    if (!fields?.enabled || context.operation.result.stream || !mayRunTwice(context)) return next;
    const { clock } = context;
    const keys = new CallKeys(fields, context);
    const calls = context.state('calls', () => new RunningCalls());
    const coalescing = new Coalescing({ next, clock, keys, calls });
    return (invocation) => coalescing.run(invocation);
  }
}

interface CoalescePlan {
  readonly next: Next;
  readonly clock: Clock;
  readonly keys: CallKeys;
  /** Those under way. */
  readonly calls: RunningCalls;
}

/** Shared calls of one operation. */
class Coalescing {
  constructor(private readonly plan: CoalescePlan) {}

  run(invocation: Invocation): Promise<Reply> {
    const { keys, next } = this.plan;
    if (!invocation.replayable || invocation.cancelled) return next(invocation);
    const key = keys.of(invocation);
    return key === undefined ? next(invocation) : this.#share(invocation, key);
  }

  /** @param once - whether the outcome holds for this caller although somebody else began the call */
  #share(invocation: Invocation, key: string, once = false): Promise<Reply> {
    const { clock, next: alone } = this.plan;
    const present = this.plan.calls.of(invocation.self).get(key);
    const shared = present ?? this.#begin(invocation, key);
    return shared.join(invocation).then(
      (reply) => reply ?? alone(invocation),
      (error: unknown) => {
        if (!isTimeOver(error) || invocation.cancelled || clock.elapsed() >= invocation.deadline) throw error;
        // the time of the one who began it says nothing of ours
        if (shared.deadline <= clock.elapsed()) return this.#share(invocation, key, once);
        // nor does a timeout that ran before we came, but if it ends a second one too, all would
        if (present && !once && !error.remote) return this.#share(invocation, key, true);
        throw error;
      },
    );
  }

  #begin(invocation: Invocation, key: string): SharedCall {
    const { calls, next } = this.plan;
    const mine = calls.of(invocation.self);
    const shared: SharedCall = new SharedCall(invocation, () => {
      if (mine.get(key) === shared) mine.delete(key);
    });
    mine.set(key, shared);
    shared.begin(next);
    return shared;
  }
}

function isTimeOver(error: unknown): error is ChassisError {
  return ChassisError.is(error) && error.kind === 'DEADLINE_EXCEEDED';
}
