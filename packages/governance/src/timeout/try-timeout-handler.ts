import type { ChassisError, Invocation, Next, PlanContext, PlannedHandler } from '@ts-chassis/core';
import { governanceError } from '../errors/governance-error.js';
import { MarkedRetry, RetryPolicy } from '../policy/retry.js';
import { runLimited } from './limited-run.js';

/** The link `try-timeout`: ends one try when the time is over that the retry policy grants to each. */
export class TryTimeoutHandler implements PlannedHandler {
  plan(context: PlanContext, next: Next): Next {
    const ms = context.policy(RetryPolicy)?.value.perTryTimeoutMs ?? 0;
    const marked = new Map<string, number>();
    for (const [mark, { perTryTimeoutMs }] of context.section(MarkedRetry)) {
      if (perTryTimeoutMs !== undefined) marked.set(mark, perTryTimeoutMs);
    }
    if (marked.size === 0 && ms <= 0) return next;
    const { clock } = context;
    return (invocation) => {
      const { mark } = invocation;
      const granted = (mark === undefined ? undefined : marked.get(mark)) ?? ms;
      if (granted <= 0) return next(invocation);
      const deadline = clock.elapsed() + granted;
      if (invocation.deadline <= deadline) return next(invocation);
      const fork = invocation.fork({ deadline });
      const timedOut = (): ChassisError => timeoutOf(fork, granted);
      const told = (): void => {
        // whoever tries again must know where this try went
        invocation.endpoint = fork.endpoint;
      };
      return runLimited(next, fork, { clock, ms: granted, timedOut }).then(
        (reply) => {
          told();
          return reply;
        },
        (error: unknown) => {
          told();
          throw error;
        },
      );
    };
  }
}

function timeoutOf({ operation, service, attempt }: Invocation, ms: number): ChassisError {
  const message = `${operation.id}: try ${attempt} of "${service}" took longer than the ${ms} ms granted to each`;
  return governanceError('TRY_TIMED_OUT', message);
}
