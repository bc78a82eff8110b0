import type { Random } from '@ts-chassis/core';
import { RetryPolicy } from '../../packages/governance/src/policy/retry.js';
import { waitMs, type Backoff } from '../../packages/governance/src/retry/backoff.js';
import { decide } from '../../packages/governance/src/retry/decide.js';
import type { RetryBudget } from '../../packages/governance/src/retry/retry-budget.js';
import type { Outcome } from './server.js';
import type { Simulation } from './simulation.js';

export interface RetryOptions {
  readonly simulation: Simulation;
  readonly random: Random;
  /** Tries at most, the first one included. */
  readonly attempts: number;
  readonly backoff: Backoff;
  /** Time for the whole call. */
  readonly deadlineMs: number;
  /** Without one every failure may be tried again. */
  readonly budget?: { readonly tokens: RetryBudget; readonly ratio: number; readonly burst: number };
  /** Makes one try; `remainingMs` is the time that is left. */
  readonly attempt: (made: number, remainingMs: number, done: (outcome: Outcome) => void) => void;
}

/** The waits of `@Retry` as this simulation uses it: 50 ms at first, 1 s at most. */
export const usualBackoff: Backoff = { ...RetryPolicy.defaults, minMs: 50, maxMs: 1000 };

/** Makes a call as the handler `retry` does: the same decisions on the same budget, in virtual time. */
export function callWithRetries(options: RetryOptions, done: (outcome: Outcome, tries: number) => void): void {
  const { simulation, budget, attempts, deadlineMs } = options;
  const deadline = simulation.elapsed() + deadlineMs;
  const withdraw = (): boolean => budget === undefined || budget.tokens.withdraw();
  if (budget !== undefined && attempts > 1) budget.tokens.deposit(budget.ratio, budget.burst);
  let made = 0;
  const next = (): void => {
    made += 1;
    options.attempt(made, deadline - simulation.elapsed(), ended);
  };
  const ended = (outcome: Outcome): void => {
    if (outcome === 'ok') return done(outcome, made);
    const delayMs = waitMs(options.backoff, made, options.random);
    const remainingMs = deadline - simulation.elapsed();
    const verdict = decide({ made, limit: attempts, retryable: true, delayMs, remainingMs }, withdraw);
    if (verdict === 'retry') simulation.events.after(delayMs, next);
    else done(outcome, made);
  };
  next();
}
