import { coreError } from '../errors/core-error.js';
import { ChassisError } from '../errors/chassis-error.js';
import type { HeaderMap } from '../invocation/header-map.js';
import type { Invocation } from '../invocation/invocation.js';
import type { Runner } from '../invocation/next.js';
import type { Reply } from '../invocation/reply.js';
import { isStream } from '../invocation/settle.js';
import type { CallsUnderWay } from './calls-under-way.js';
import { failureToData, type FailureData } from './failure-data.js';
import { resultForm } from './result-form.js';

/**
 * What a protocol writes of the answers of {@link AnsweringCalls}.
 *
 * @example
 * ```ts
 * const answers: Answers = { value: sendValue, open: sendOpen, item: sendItem, end: sendEnd, fail: sendFailure };
 * ```
 */
export interface Answers {
  /** The one answer. @param form - as `resultForm` wrote it; undefined for nothing */
  value(call: number, form: unknown, headers: HeaderMap): void;
  /** The beginning of a stream. */
  open(call: number, headers: HeaderMap): void;
  item(call: number, form: unknown): void;
  /** The end of a stream. */
  end(call: number): void;
  /** A failure, in the place of an answer or in the middle of a stream. */
  fail(call: number, failure: FailureData): void;
  /** No call is left. */
  idle?(): void;
}

/**
 * What bounds {@link AnsweringCalls}.
 *
 * @example
 * ```ts
 * const limits: AnsweringLimits = { window: 64, underWay };
 * ```
 */
export interface AnsweringLimits {
  /** How many items of a stream are sent before the reader grants more. */
  readonly window: number;
  /** Calls at the same time over one connection, further ones fail with `RESOURCE_EXHAUSTED`; default 10,000. */
  readonly most?: number;
  /** Those of the whole listener. */
  readonly underWay: CallsUnderWay;
}

interface Answering {
  readonly invocation: Invocation;
  granted: number;
  /** What waits until more is granted. */
  resume: (() => void) | undefined;
}

/**
 * The calls that came over one connection and are not answered to their end, by the number their sender gave them: the provider side of a
 * multiplexed protocol, as `PendingCalls` is the other one. Streams are pulled only as far as their readers granted.
 *
 * @example
 * ```ts
 * const calls = new AnsweringCalls(answers, { window: 64, underWay });
 * calls.run(number, served.runner, receivedInvocation(binding, received));
 * socket.once('close', () => calls.cancelAll('the connection was closed'));
 * ```
 */
export class AnsweringCalls {
  readonly #answers: Answers;
  readonly #limits: AnsweringLimits;
  readonly #calls = new Map<number, Answering>();

  constructor(answers: Answers, limits: AnsweringLimits) {
    this.#answers = answers;
    this.#limits = limits;
  }

  get size(): number {
    return this.#calls.size;
  }

  /** Runs a call and answers it, whatever comes of it. A number that is in use fails the later call with `INVALID_ARGUMENT`. */
  run(number: number, runner: Runner, invocation: Invocation): void {
    const { most = 10_000, underWay, window } = this.#limits;
    if (this.#calls.has(number))
      return this.#refuse(number, new ChassisError('INVALID_ARGUMENT', 'its number is in use'));
    if (this.#calls.size >= most) {
      const message = `more than ${most} calls at the same time over one connection`;
      return this.#refuse(number, ChassisError.withoutStack('RESOURCE_EXHAUSTED', message));
    }
    const call: Answering = { invocation, granted: window, resume: undefined };
    this.#calls.set(number, call);
    underWay.add(invocation);
    runner
      .run(invocation)
      .then((reply) => this.#answer(number, call, reply))
      .catch((error: unknown) => this.#refuse(number, error))
      .then(() => this.#over(number, invocation));
  }

  /** The reader of a stream has room for more items. */
  grant(number: number, count: number): void {
    const call = this.#calls.get(number);
    if (!call) return;
    call.granted = Math.min(call.granted + count, this.#limits.window);
    resume(call);
  }

  /** The caller gave up, or left a stream. */
  cancel(number: number, why: string): void {
    const call = this.#calls.get(number);
    if (!call) return;
    call.invocation.cancel(coreError('CALL_CANCELLED', `${call.invocation.operation.id}: ${why}`));
    resume(call);
  }

  /** The connection is gone. */
  cancelAll(why: string): void {
    for (const number of this.#calls.keys()) this.cancel(number, why);
  }

  #answer(number: number, call: Answering, { value, headers }: Reply): Promise<void> | undefined {
    if (isStream(value)) return this.#stream(number, call, { value, headers });
    this.#answers.value(number, resultForm(call.invocation.operation, value), headers);
    return undefined;
  }

  async #stream(number: number, call: Answering, { value, headers }: Reply): Promise<void> {
    const { invocation } = call;
    this.#answers.open(number, headers);
    for await (const item of value as AsyncIterable<unknown>) {
      const form = resultForm(invocation.operation, item);
      if (form === undefined) continue;
      this.#answers.item(number, form);
      call.granted -= 1;
      if (call.granted <= 0 && !invocation.cancelled) await new Promise<void>((go) => (call.resume = go));
    }
    this.#answers.end(number);
  }

  #refuse(number: number, error: unknown): void {
    this.#answers.fail(number, failureToData(error));
  }

  #over(number: number, invocation: Invocation): void {
    this.#calls.delete(number);
    this.#limits.underWay.end(invocation);
    if (this.#calls.size === 0) this.#answers.idle?.();
  }
}

function resume(call: Answering): void {
  const go = call.resume;
  call.resume = undefined;
  go?.();
}
