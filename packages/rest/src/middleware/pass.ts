import { ChassisError, coreError, type Invocation, type Next, type Reply } from '@ts-chassis/core';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Exchange } from '../server/exchange.js';
import { failureOf } from './failure-of.js';
import type { Prepared } from './prepare.js';
import { sentReply } from './sent-reply.js';
import type { Step } from './step.js';
import { isOnTheWay, LEFT, Turn, type TurnOwner } from './turn.js';

/** What all requests through the same middleware have in common. */
export interface PassPlan {
  readonly steps: readonly Step[];
  /** Whether some step handles errors. */
  readonly handlesErrors: boolean;
  /** What comes after the last step. */
  readonly next: Next;
  /** Steps whose misuse was told of already. */
  readonly told: Set<Step>;
}

/**
 * One request on its way through middleware. A step that calls `next` has all that follows run inside that call, so that a context it entered
 * (`AsyncLocalStorage.run(store, next)`) holds there; one that does not keeps the request until the response is out, the time is over or
 * the client gone. Failures, of steps and of what comes after them, go through the steps that handle errors.
 */
export class Pass implements TurnOwner {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  #at = 0;
  /** Where the steps end. */
  #until: number;
  /** Which step failed. */
  #failedAt = 0;
  /** What failed behind the steps that are left; then only those for errors run. */
  #behind: unknown = undefined;
  #outcome: Promise<Reply> | undefined;
  /** For who waits already. */
  #resolve: ((outcome: Promise<Reply>) => void) | undefined;

  constructor(
    private readonly plan: PassPlan,
    private readonly invocation: Invocation,
    private readonly exchange: Exchange,
  ) {
    this.request = exchange.request;
    this.response = exchange.response;
    this.#until = plan.steps.length;
  }

  run(): Promise<Reply> {
    this.#walk(undefined);
    return this.#outcome ?? this.#wait();
  }

  resume(error: unknown): void {
    // Who comes too late finds the request answered; an ended response counts when it is out.
    if (this.#outcome || this.invocation.cancelled || this.response.writableEnded) return;
    const last = this.#at - 1;
    if (error !== undefined && this.plan.steps[last]!.run) this.#failedAt = last;
    this.#walk(error);
  }

  again(step: Step): void {
    if (this.plan.told.has(step)) return;
    this.plan.told.add(step);
    this.exchange.binding.logger.warn('middleware called next() more than once', this.#about(step));
  }

  failedLate(step: Step, error: unknown): void {
    const { logger } = this.exchange.binding;
    logger.error('middleware failed after it had called next()', { ...this.#about(step), error });
  }

  #about({ name }: Step): { readonly middleware: string; readonly operation: string } {
    return { middleware: name, operation: this.invocation.operation.id };
  }

  /** Runs the next step that the request concerns; without one the outcome is known. */
  #walk(error: unknown): void {
    const step = error === LEFT ? undefined : this.#nextStep(error);
    if (step) new Turn(this, step).start(error);
    else this.#settle(this.#end(error));
  }

  #nextStep(error: unknown): Step | undefined {
    if (error === undefined && this.#behind !== undefined) return undefined;
    for (;;) {
      while (this.#at < this.#until) {
        const step = this.plan.steps[this.#at++]!;
        if ((error === undefined ? step.run : step.handle) && isOnTheWay(step, this.request.url!)) return step;
      }
      if (error === undefined || this.#behind !== undefined || !this.plan.handlesErrors) return undefined;
      this.#turnBack(error, this.#failedAt);
    }
  }

  /** What nobody behind it handled goes through the steps for errors that stand before it. */
  #turnBack(error: unknown, until: number): void {
    this.#behind = error;
    this.#at = 0;
    this.#until = until;
  }

  #end(error: unknown): Promise<Reply> {
    const failure = this.#behind !== undefined && (error === undefined || error === LEFT) ? this.#behind : error;
    if (failure === LEFT) return rejected(ChassisError.withoutStack('NOT_FOUND', 'nothing is served here'));
    if (failure !== undefined) return rejected(failureOf(failure));
    const { user } = this.request as Prepared;
    if (user !== undefined && user !== null) this.invocation.principal = user;
    const outcome = this.plan.next(this.invocation);
    return this.plan.handlesErrors ? outcome.catch((thrown: unknown) => this.#recover(thrown)) : outcome;
  }

  /** What failed behind the last step goes through the steps for errors, as in Express where they are listed last. */
  #recover(failure: unknown): Promise<Reply> {
    if (this.response.headersSent || this.invocation.cancelled) return rejected(failure);
    const back = new Pass(this.plan, this.invocation, this.exchange);
    back.#turnBack(failure, this.plan.steps.length);
    back.#walk(withStatus(failure, this.exchange));
    return back.#outcome ?? back.#wait();
  }

  #settle(outcome: Promise<Reply>): void {
    this.#outcome = outcome;
    this.#resolve?.(outcome);
  }

  #wait(): Promise<Reply> {
    this.response.once('close', () => {
      if (!this.#outcome) this.#settle(this.#sent());
    });
    // A late write of middleware must not end the process.
    this.response.on('error', nothing);
    return new Promise((resolve) => (this.#resolve = resolve));
  }

  async #sent(): Promise<Reply> {
    if (this.response.writableFinished) return sentReply(this.invocation, this.response);
    throw coreError(
      'CALL_CANCELLED',
      `${this.invocation.operation.id}: the connection closed before the answer was out`,
    );
  }
}

/** What handlers of errors look for on those of http-errors. */
function withStatus(failure: unknown, exchange: Exchange): unknown {
  if (!ChassisError.is(failure) || 'status' in failure) return failure;
  const value = exchange.statusOf(failure);
  return Object.defineProperties(failure, { status: { value }, statusCode: { value } });
}

function rejected(error: unknown): Promise<never> {
  return Promise.reject(error as Error);
}

function nothing(): void {}
