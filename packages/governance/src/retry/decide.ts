/** What is known when a try has failed. */
export interface FailedTry {
  /** How many tries were made. */
  readonly made: number;
  /** Tries at most. */
  readonly limit: number;
  /** Whether this failure, of this operation, may be mended by another try. */
  readonly retryable: boolean;
  /** How long to wait first, in milliseconds. */
  readonly delayMs: number;
  /** Until the deadline of the call, in milliseconds. */
  readonly remainingMs: number;
}

/**
 * Why a call is tried again or not: `final`, the failure stands; `limit`, enough tries were made; `deadline`, the wait does not fit into the time
 * that is left; `budget`, the service caused too many further tries already.
 */
export type Verdict = 'retry' | 'final' | 'limit' | 'deadline' | 'budget';

/**
 * Whether to try again. The budget is asked last, so that only tries that are made are counted.
 *
 * @param withdraw - takes one try out of the budget, if there is one
 */
export function decide({ made, limit, retryable, delayMs, remainingMs }: FailedTry, withdraw: () => boolean): Verdict {
  if (!retryable) return 'final';
  if (made >= limit) return 'limit';
  if (delayMs >= remainingMs) return 'deadline';
  return withdraw() ? 'retry' : 'budget';
}
