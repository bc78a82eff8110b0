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
  /** When it was let through, in monotonic milliseconds. */
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
  readonly #stopWatching: Disposer;

  constructor(
    private readonly admission: Admission,
    private readonly invocation: Invocation,
    private readonly judging: { readonly clock: Clock; readonly isFailure: IsFailure },
  ) {
    this.#stopWatching = invocation.onCancel((reason) => this.#judge(reason));
  }

  readonly succeed = (reply: Reply): Reply => {
    this.#stopWatching();
    const now = this.judging.clock.elapsed();
    if (!isStream(reply.value)) {
      this.#record(false, now);
      return reply;
    }
    this.#firstAt = now;
    return settle(reply, (error) => {
      if (error === undefined) this.#record(false, this.judging.clock.elapsed());
      else this.#judge(error);
    });
  };

  readonly fail = (error: unknown): never => {
    this.#stopWatching();
    this.#judge(error);
    throw error;
  };

  #judge(error: unknown): void {
    if (isGivenUp(error, this.invocation)) this.#release();
    else this.#record(this.judging.isFailure(error, this.invocation), this.judging.clock.elapsed());
  }

  #record(failed: boolean, now: number): void {
    if (this.#over) return;
    this.#over = true;
    const { circuit, permit, began } = this.admission;
    circuit.record(permit, { failed, tookMs: (this.#firstAt ?? now) - began, now });
  }

  #release(): void {
    if (this.#over) return;
    this.#over = true;
    this.admission.circuit.release(this.admission.permit);
  }
}

/** Whether nobody waits for the call any more, which says nothing of the callee. That its time is over does. */
function isGivenUp(error: unknown, invocation: Invocation): boolean {
  return ChassisError.is(error) ? error.kind === 'CANCELLED' : invocation.cancelled;
}
