import type { Clock } from '../clock/clock.js';
import { ChassisError } from '../errors/chassis-error.js';
import { coreError } from '../errors/core-error.js';
import { runAmbient } from '../invocation/ambient.js';
import type { Invocation } from '../invocation/invocation.js';
import type { Next, Runner } from '../invocation/next.js';
import type { Reply } from '../invocation/reply.js';
import { isStream } from '../invocation/settle.js';
import { discardStream } from '../invocation/streams.js';
import { boundedStream } from './bounded-stream.js';

/**
 * Runs a planned chain and keeps its promises whatever the handlers do: it ends at the deadline and at a cancellation, and
 * fails with a `ChassisError` only.
 */
export class PlannedRunner implements Runner {
  /** The plan in force. Replaced as a whole, never changed; undefined until the first plan. */
  next: Next | undefined;

  /** @param ambient - whether code inside finds the invocation with `currentInvocation()` */
  constructor(
    private readonly clock: Clock,
    private readonly ambient: boolean,
  ) {}

  run(invocation: Invocation): Promise<Reply> {
    return new Promise((resolve, reject) => {
      new Execution(this.clock, invocation, { resolve, reject }).start(this.#entered(invocation));
    });
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

interface Outcome {
  resolve(reply: Reply): void;
  reject(error: ChassisError): void;
}

/** One run: whichever comes first of the chain's outcome, the deadline and a cancellation. */
class Execution {
  #over = false;
  readonly #stopWatching: () => void;
  #stopTimer: (() => void) | undefined;

  constructor(
    clock: Clock,
    private readonly invocation: Invocation,
    private readonly outcome: Outcome,
  ) {
    this.#stopWatching = invocation.onCancel((reason) => this.#fail(reason));
    if (invocation.deadline !== Infinity) {
      const ms = invocation.deadline - clock.elapsed();
      this.#stopTimer = clock.after(ms, () => invocation.cancel(deadlineError(invocation)));
    }
  }

  start(running: Promise<Reply>): void {
    running.then(
      (reply) => this.#succeed(reply),
      (error: unknown) => this.#fail(error),
    );
  }

  #succeed(reply: Reply): void {
    if (this.#over) {
      if (isStream(reply.value)) discardStream(reply.value);
      return;
    }
    this.#over = true;
    this.#stopWatching();
    if (!isStream(reply.value)) {
      this.#stopTimer?.();
      this.outcome.resolve(reply);
      return;
    }
    const value = boundedStream(reply.value, this.invocation, () => this.#stopTimer?.());
    this.outcome.resolve({ ...reply, value });
  }

  #fail(error: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#stopWatching();
    this.#stopTimer?.();
    this.outcome.reject(cancellationError(error, this.invocation));
  }
}

function deadlineError(invocation: Invocation): ChassisError {
  return coreError('CALL_DEADLINE', `${invocation.operation.id}: the time granted is over`);
}

/** What a caller sees of a failure: a `ChassisError`; an abort that is none becomes `CALL_CANCELLED`. */
function cancellationError(error: unknown, invocation: Invocation): ChassisError {
  if (ChassisError.is(error)) return error;
  if (invocation.cancelled || (error instanceof Error && error.name === 'AbortError')) {
    return coreError('CALL_CANCELLED', `${invocation.operation.id}: cancelled`, { cause: error });
  }
  return ChassisError.from(error);
}
