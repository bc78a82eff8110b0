import type { Disposer, Invocation, Next, Reply } from '@ts-chassis/core';
import { isStream } from '@ts-chassis/core';

/** Settles with the outcome; undefined where it cannot be shared and this caller has to ask for itself. */
interface Waiter {
  readonly stopWatching: Disposer;
  resolve(reply: Reply | undefined): void;
  reject(error: unknown): void;
}

/**
 * A call that several wait for. It runs apart from all of them: one that gives up leaves the others waiting, and only when the last has left is the
 * call given up.
 */
export class SharedCall {
  readonly #waiters = new Set<Waiter>();
  readonly #call: Invocation;

  /** @param over - told once, when nobody may join any more */
  constructor(
    first: Invocation,
    private readonly over: () => void,
  ) {
    this.#call = first.fork();
    this.#call.unlink();
  }

  /** Of the caller that began it. */
  get deadline(): number {
    return this.#call.deadline;
  }

  begin(next: Next): void {
    next(this.#call).then(
      (reply) => this.#succeed(reply),
      (error: unknown) => this.#fail(error),
    );
  }

  /** Waits for the outcome, until its own invocation is cancelled. Undefined where the outcome is another's alone. */
  join(invocation: Invocation): Promise<Reply | undefined> {
    return new Promise((resolve, reject) => {
      const leave = (reason: unknown): void => {
        reject(reason as Error);
        this.#leave(waiter, reason);
      };
      // runs later only: who was cancelled before does not get here
      const waiter: Waiter = { resolve, reject, stopWatching: invocation.onCancel((reason) => leave(reason)) };
      this.#waiters.add(waiter);
    });
  }

  #leave(waiter: Waiter, reason: unknown): void {
    if (!this.#waiters.delete(waiter) || this.#waiters.size > 0) return;
    this.over();
    this.#call.cancel(reason);
  }

  /** A stream can be read but once: it is the first one's. */
  #succeed(reply: Reply): void {
    let mine: Reply | undefined = reply;
    for (const { resolve } of this.#ended()) {
      resolve(mine);
      if (isStream(reply.value)) mine = undefined;
    }
  }

  #fail(error: unknown): void {
    for (const { reject } of this.#ended()) reject(error);
  }

  #ended(): readonly Waiter[] {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    if (waiters.length > 0) this.over();
    for (const { stopWatching } of waiters) stopWatching();
    return waiters;
  }
}
