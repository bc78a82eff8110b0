import type { ChassisError, Invocation, Next, PlanContext, PlannedHandler } from '@ts-chassis/core';
import { governanceError } from '../errors/governance-error.js';
import type { MarkedPolicies } from '../policy/marked-policy.js';
import { MarkedRetry, RetryPolicy, type RetryFields } from '../policy/retry.js';
import { runLimited } from './limited-run.js';

/** The link `try-timeout`: ends one try when the time is over that the retry policy grants to each. */
export class TryTimeoutHandler implements PlannedHandler {
  /** Whether any of the policies speaks of it: there may be thousands, for each of many operations. */
  readonly #limits = new WeakMap<MarkedPolicies<RetryFields>, boolean>();

  plan(context: PlanContext, next: Next): Next {
    const ms = context.policy(RetryPolicy)?.value.perTryTimeoutMs ?? 0;
    const marked = context.section(MarkedRetry);
    if (ms <= 0 && !this.#limitsTries(marked)) return next;
    const { clock } = context;
    return (invocation) => {
      const { mark } = invocation;
      const granted = (mark === undefined ? undefined : marked.get(mark)?.perTryTimeoutMs) ?? ms;
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

  #limitsTries(policies: MarkedPolicies<RetryFields>): boolean {
    let limits = this.#limits.get(policies);
    if (limits === undefined) {
      limits = [...policies.values()].some(({ perTryTimeoutMs }) => perTryTimeoutMs !== undefined);
      this.#limits.set(policies, limits);
    }
    return limits;
  }
}

function timeoutOf({ operation, service, attempt }: Invocation, ms: number): ChassisError {
  const message = `${operation.id}: try ${attempt} of "${service}" took longer than the ${ms} ms granted to each`;
  return governanceError('TRY_TIMED_OUT', message);
}
