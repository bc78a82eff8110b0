import type { Invocation } from '../invocation/invocation.js';

/**
 * The calls that a server has not answered yet, for an orderly stop of it.
 *
 * @example
 * ```ts
 * const calls = new CallsUnderWay();
 * calls.add(invocation);
 * // answered, to its last item
 * calls.end(invocation);
 * await calls.drained();
 * ```
 */
export class CallsUnderWay {
  readonly #calls = new Set<Invocation>();
  readonly #waiting: (() => void)[] = [];

  get size(): number {
    return this.#calls.size;
  }

  add(invocation: Invocation): void {
    this.#calls.add(invocation);
  }

  /** The call is over; its links to what it was made inside end with it. */
  end(invocation: Invocation): void {
    if (!this.#calls.delete(invocation)) return;
    invocation.unlink();
    if (this.#calls.size === 0) for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Resolves when no call is left. */
  drained(): Promise<void> {
    if (this.#calls.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Gives up all of them. */
  cancelAll(reason: unknown): void {
    for (const invocation of this.#calls) invocation.cancel(reason);
  }
}
