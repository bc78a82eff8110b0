import {
  boundedStream,
  isStream,
  type ChassisError,
  type Clock,
  type Disposer,
  type Invocation,
} from '@ts-chassis/core';
import type { Next, Reply } from '@ts-chassis/core';

/** What limits a run. */
export interface RunLimit {
  readonly clock: Clock;
  readonly ms: number;
  /** What the run fails with. */
  timedOut(): ChassisError;
}

/**
 * Runs the rest of the chain on a fork and ends it when the time is over: the fork is cancelled, with all that was begun for it, and the run fails
 * at once, whatever the work does. For a stream the time holds until its end.
 */
export function runLimited(next: Next, fork: Invocation, limit: RunLimit): Promise<Reply> {
  return new LimitedRun(fork, limit).follow(next(fork));
}

class LimitedRun {
  readonly #outcome: Promise<Reply>;
  #resolve!: (reply: Reply) => void;
  #reject!: (error: unknown) => void;
  readonly #stopTimer: Disposer;

  constructor(
    private readonly fork: Invocation,
    { clock, ms, timedOut }: RunLimit,
  ) {
    this.#outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#stopTimer = clock.after(ms, () => {
      const error = timedOut();
      fork.cancel(error);
      this.#fail(error);
    });
  }

  follow(running: Promise<Reply>): Promise<Reply> {
    running.then(
      (reply) => this.#succeed(reply),
      (error: unknown) => this.#fail(error),
    );
    return this.#outcome;
  }

  #succeed(reply: Reply): void {
    if (!isStream(reply.value)) {
      this.#end();
      this.#resolve(reply);
    } else {
      // one that comes too late is ended by the cancellation
      const value = boundedStream(reply.value, this.fork, () => this.#end());
      this.#resolve({ ...reply, value });
    }
  }

  #fail(error: unknown): void {
    this.#end();
    this.#reject(error);
  }

  #end(): void {
    this.#stopTimer();
    this.fork.unlink();
  }
}
