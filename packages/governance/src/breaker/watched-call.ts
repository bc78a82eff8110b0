import {
  ChassisError,
  isStream,
  settle,
  type Clock,
  type Disposer,
  type Invocation,
  type Reply,
} from '@ts-chassis/core';
import type { IsFailure } from '../outcome/is-failure.js';
import type { Circuit } from './algorithm.js';

/** The way of one call into its circuit. */
export interface Admission {
  readonly circuit: Circuit;
  readonly permit: number;
  /** When it was let through, in monotonic milliseconds; `NaN` where nobody heeds it. */
  readonly began: number;
}

/**
 * A call that was let through: says once to its circuit what it came to. A stream has come to something only at its end; how long it took is the time to
 * its first item. A call that is given up says nothing, unless its time was over: work that never ends must count.
 */
export class WatchedCall {
  #over = false;
  /** When the first item of a stream came. */
  #firstAt: number | undefined;
  // taken over one by one, so that no object is made only to hand them over
  readonly #circuit: Circuit;
  readonly #permit: number;
  readonly #began: number;
  readonly #stopWatching: Disposer;

  constructor(
    { circuit, permit, began }: Admission,
    private readonly invocation: Invocation,
    private readonly judging: { readonly clock: Clock; readonly isFailure: IsFailure },
  ) {
    this.#circuit = circuit;
    this.#permit = permit;
    this.#began = began;
    this.#stopWatching = invocation.onCancel((reason) => this.judge(reason));
  }

  succeed(reply: Reply): Reply {
    this.#stopWatching();
    const now = this.judging.clock.elapsed();
    if (!isStream(reply.value)) {
      this.record(false, now);
      return reply;
    }
    this.#firstAt = now;
    return settle(reply, (error) => {
      if (error === undefined) this.record(false, this.judging.clock.elapsed());
      else this.judge(error);
    });
  }

  fail(error: unknown): never {
    this.#stopWatching();
    this.judge(error);
    throw error;
  }

  // not by `#`: of such methods every object would have to be told when it is made
  private judge(error: unknown): void {
    if (isGivenUp(error, this.invocation)) this.release();
    else this.record(this.judging.isFailure(error, this.invocation), this.judging.clock.elapsed());
  }

  private record(failed: boolean, now: number): void {
    if (this.#over) return;
    this.#over = true;
    this.#circuit.record(this.#permit, { failed, tookMs: (this.#firstAt ?? now) - this.#began, now });
  }

  private release(): void {
    if (this.#over) return;
    this.#over = true;
    this.#circuit.release(this.#permit);
  }
}

/** Whether nobody waits for the call any more, which says nothing of the callee. That its time is over does. */
function isGivenUp(error: unknown, invocation: Invocation): boolean {
  return ChassisError.is(error) ? error.kind === 'CANCELLED' : invocation.cancelled;
}
