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
import { SharedCall } from './shared-call.js';

/** The link `coalesce`: equal calls that are under way at the same time share one. */
export class CoalesceHandler implements PlannedHandler {
  plan(context: PlanContext, next: Next): Next {
    const fields = context.policy(CoalescePolicy)?.value;
    if (!fields?.enabled || context.operation.result.stream || !mayRunTwice(context)) return next;
    const { clock, side } = context;
    const keys = new CallKeys(fields, side);
    const calls = context.state('calls', () => new Map<string, SharedCall>());
    const coalescing = new Coalescing({ next, clock, keys, calls });
    return (invocation) => coalescing.run(invocation);
  }
}

interface CoalescePlan {
  readonly next: Next;
  readonly clock: Clock;
  readonly keys: CallKeys;
  /** Those under way. */
  readonly calls: Map<string, SharedCall>;
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

  #share(invocation: Invocation, key: string): Promise<Reply> {
    const { calls, clock, next: alone } = this.plan;
    const shared = calls.get(key) ?? this.#begin(invocation, key);
    return shared.join(invocation).then(
      (reply) => reply ?? alone(invocation),
      (error: unknown) => {
        // the time of the one who began it says nothing of ours
        const theirs = isTimeOver(error) && shared.deadline <= clock.elapsed() && !invocation.cancelled;
        if (theirs && clock.elapsed() < invocation.deadline) return this.#share(invocation, key);
        throw error;
      },
    );
  }

  #begin(invocation: Invocation, key: string): SharedCall {
    const { calls, next } = this.plan;
    const shared: SharedCall = new SharedCall(invocation, () => {
      if (calls.get(key) === shared) calls.delete(key);
    });
    calls.set(key, shared);
    shared.begin(next);
    return shared;
  }
}

function isTimeOver(error: unknown): boolean {
  return ChassisError.is(error) && error.kind === 'DEADLINE_EXCEEDED';
}
