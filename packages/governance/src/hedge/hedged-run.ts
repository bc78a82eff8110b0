import {
  authorityOf,
  boundedStream,
  ChassisError,
  coreError,
  isStream,
  settle,
  type Disposer,
  type ErrorKind,
  type Invocation,
  type Reply,
} from '@ts-chassis/core';
import { TriedInstances } from '../retry/tried-instances.js';
import type { HedgePlan } from './hedge-plan.js';

/** What is wrong with a request is so on every instance; being refused, overloaded or out of date is each one's own. */
const OF_REQUEST: ReadonlySet<ErrorKind> = new Set<ErrorKind>([
  ...(['INVALID_ARGUMENT', 'OUT_OF_RANGE', 'FAILED_PRECONDITION', 'NOT_FOUND', 'ALREADY_EXISTS'] as const),
  ...(['PERMISSION_DENIED', 'UNAUTHENTICATED'] as const),
]);

/** One call with its tries side by side. */
export class HedgedRun {
  readonly #outcome: Promise<Reply>;
  #resolve!: (reply: Reply) => void;
  #reject!: (error: unknown) => void;
  /** Every try begun, and those that are not over. */
  readonly #tries: Invocation[] = [];
  readonly #running = new Set<Invocation>();
  #over = false;
  #stopTimer: Disposer | undefined;

  constructor(
    private readonly plan: HedgePlan,
    private readonly call: Invocation,
    private readonly delayMs: number,
  ) {
    this.#outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  run(): Promise<Reply> {
    this.#begin();
    return this.#outcome;
  }

  #begin(): void {
    const { call } = this;
    const fork = call.fork({ attempt: call.attempt + this.#tries.length });
    const tried = this.#tried();
    if (tried.size > 0) fork.set(TriedInstances, tried);
    this.#tries.push(fork);
    this.#running.add(fork);
    this.plan.next(fork).then(
      (reply) => this.#succeed(fork, reply),
      (error: unknown) => this.#fail(fork, error),
    );
    if (this.#tries.length <= this.plan.fields.max) {
      this.#stopTimer = this.plan.clock.after(this.delayMs, () => this.#late());
    }
  }

  /** The wait is over and no try has ended: another one begins, if that is granted. */
  #late(): void {
    const { call, plan } = this;
    if (this.#over || call.cancelled || plan.clock.elapsed() >= call.deadline) return;
    const { operation, service } = call;
    if (!plan.budget.withdraw()) {
      plan.events.emit('rejected', { service, operation: operation.id, by: 'retry', name: service });
      return;
    }
    const attempt = call.attempt + this.#tries.length;
    plan.events.emit('retried', { service, operation: operation.id, attempt, delayMs: this.delayMs, hedge: true });
    this.#begin();
  }

  #succeed(fork: Invocation, reply: Reply): void {
    this.#running.delete(fork);
    if (this.#over) {
      // it was cancelled, which ends its stream
      if (isStream(reply.value)) boundedStream(reply.value, fork, () => undefined);
      fork.unlink();
      return;
    }
    this.#end(fork);
    this.#resolve(settle(reply, () => fork.unlink()));
  }

  /** Others may still succeed, unless the request itself is at fault: that they would say too. */
  #fail(fork: Invocation, error: unknown): void {
    this.#running.delete(fork);
    fork.unlink();
    if (this.#over) return;
    if (this.#running.size > 0 && !this.#isOfRequest(error, fork)) return;
    this.#end(fork);
    this.#reject(error);
  }

  #isOfRequest(error: unknown, fork: Invocation): boolean {
    return ChassisError.is(error) && OF_REQUEST.has(error.kind) && !this.plan.isFailure(error, fork);
  }

  #end(decisive: Invocation): void {
    this.#over = true;
    this.#stopTimer?.();
    this.call.endpoint = decisive.endpoint;
    if (this.#tries.length > 1) this.call.set(TriedInstances, this.#tried());
    for (const fork of this.#running) {
      fork.cancel(outrun(fork));
      fork.unlink();
    }
  }

  #tried(): ReadonlySet<string> {
    const tried = new Set(this.call.get(TriedInstances));
    for (const { endpoint } of this.#tries) if (endpoint) tried.add(authorityOf(endpoint));
    return tried;
  }
}

function outrun({ operation, attempt }: Invocation): ChassisError {
  return coreError('CALL_CANCELLED', `${operation.id}: try ${attempt} was outrun by another one`);
}
