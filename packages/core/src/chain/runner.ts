import type { Clock } from '../clock/clock.js';
import { ChassisError } from '../errors/chassis-error.js';
import { coreError } from '../errors/core-error.js';
import { runAmbient } from '../invocation/ambient.js';
import type { Invocation } from '../invocation/invocation.js';
import type { Next, Runner } from '../invocation/next.js';
import type { Reply } from '../invocation/reply.js';
import { isStream } from '../invocation/settle.js';
import { discardStream } from '../invocation/streams.js';
import type { Logger } from '../telemetry/logger.js';
import { toldStream } from './bounded-stream.js';
import { failureOf } from './failure-of.js';
import { toldOutside } from './told-outside.js';

/**
 * Runs a planned chain and keeps its promises whatever the handlers do: it ends at the deadline and at a cancellation, and
 * fails with a `ChassisError` only.
 */
export class PlannedRunner implements Runner {
  /** The plan in force. Replaced as a whole, never changed; undefined until the first plan. */
  next: Next | undefined;

  /**
   * @param ambient - whether code inside finds the invocation with `currentInvocation()`
   * @param logger - of a provider: told what callers that are not trusted are not
   */
  constructor(
    private readonly clock: Clock,
    private readonly ambient: boolean,
    private readonly logger?: Logger,
  ) {}

  run(invocation: Invocation): Promise<Reply> {
    const remainingMs = invocation.deadline - this.clock.elapsed();
    if (remainingMs <= 0) invocation.cancel(deadlineError(invocation));
    // who has given up already gets nothing done
    if (invocation.cancelled) return Promise.reject(failureOf(invocation.signal.reason, invocation));
    const execution = new Execution(invocation, this.logger);
    if (remainingMs !== Infinity) execution.limit(this.clock, remainingMs);
    execution.follow(this.#entered(invocation));
    return execution.outcome;
  }

  #entered(invocation: Invocation): Promise<Reply> {
    const next = this.next;
    try {
      if (!next) throw coreError('CHAIN_PLAN_FAILED', `${invocation.operation.id}: no plan yet`);
      return this.ambient ? runAmbient(invocation, () => next(invocation)) : next(invocation);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }
}

/** One run: whichever comes first of the chain's outcome, the deadline and a cancellation. */
class Execution {
  readonly outcome: Promise<Reply>;
  #resolve!: (reply: Reply) => void;
  #reject!: (error: ChassisError) => void;
  #over = false;
  readonly #stopWatching: () => void;
  #stopTimer: (() => void) | undefined;

  constructor(
    private readonly invocation: Invocation,
    private readonly logger: Logger | undefined,
  ) {
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#stopWatching = invocation.onCancel((reason) => this.#fail(reason));
  }

  limit(clock: Clock, remainingMs: number): void {
    this.#stopTimer = clock.after(remainingMs, () => this.invocation.cancel(deadlineError(this.invocation)));
  }

  follow(running: Promise<Reply>): void {
    // a handler in JavaScript may give back anything
    Promise.resolve(running).then(
      (reply) => this.#succeed(reply),
      (error: unknown) => this.#fail(error),
    );
  }

  #succeed(reply: Reply | undefined): void {
    if (!reply)
      return this.#fail(new ChassisError('INTERNAL', `${this.invocation.operation.id}: a handler gave back no reply`));
    if (this.#over) {
      if (isStream(reply.value)) discardStream(reply.value);
      return;
    }
    this.#over = true;
    this.#stopWatching();
    if (!isStream(reply.value)) {
      this.#stopTimer?.();
      this.#resolve(reply);
      return;
    }
    const value = toldStream(reply.value, this.invocation, {
      over: () => this.#stopTimer?.(),
      told: (error) => this.#told(error),
    });
    this.#resolve({ ...reply, value });
  }

  #fail(error: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#stopWatching();
    this.#stopTimer?.();
    this.#reject(this.#told(error));
  }

  #told(error: unknown): ChassisError {
    const failure = failureOf(error, this.invocation);
    return this.logger ? toldOutside(failure, this.invocation, this.logger) : failure;
  }
}

function deadlineError(invocation: Invocation): ChassisError {
  return coreError('CALL_DEADLINE', `${invocation.operation.id}: the time granted is over`);
}
