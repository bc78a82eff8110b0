import type { ChassisError, Invocation, Next, PlanContext, PlannedHandler, Reply } from '@ts-chassis/core';
import { governanceError } from '../errors/governance-error.js';
import { MarkedTimeout, TimeoutPolicy } from '../policy/timeout.js';
import { runLimited } from './limited-run.js';

/** The link `timeout`: ends a call, all its tries together, when the time is over that its policy grants. */
export class TimeoutHandler implements PlannedHandler {
  plan(context: PlanContext, next: Next): Next {
    const ms = context.policy(TimeoutPolicy)?.value.ms ?? 0;
    const marked = context.section(MarkedTimeout);
    if (marked.size === 0 && ms <= 0) return next;
    const { clock } = context;
    return (invocation) => {
      const { mark } = invocation;
      const granted = (mark === undefined ? undefined : marked.get(mark)?.ms) ?? ms;
      if (granted <= 0) return next(invocation);
      const deadline = clock.elapsed() + granted;
      // whoever granted less watches over it already
      if (invocation.deadline <= deadline) return next(invocation);
      const timedOut = (): ChassisError => timeoutOf(invocation, granted);
      return runLimited(next, invocation.fork({ deadline }), { clock, ms: granted, timedOut }) as Promise<Reply>;
    };
  }
}

function timeoutOf({ operation, service }: Invocation, ms: number): ChassisError {
  return governanceError('TIMED_OUT', `${operation.id}: "${service}" took longer than the ${ms} ms its timeout grants`);
}
