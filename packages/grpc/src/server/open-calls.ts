import type { Clock } from '@ts-chassis/core';
import type { ReceivedCall } from './received-call.js';

/** What is told of a call that has no answer yet. */
export interface CallUnderWay {
  readonly operation: string;
  readonly ageMs: number;
  readonly remoteAddress: string;
}

/** The calls of a listener that are not over. */
export class OpenCalls {
  readonly #calls = new Set<ReceivedCall>();
  #whenDrained: (() => void)[] = [];

  constructor(private readonly clock: Clock) {}

  add(call: ReceivedCall): void {
    this.#calls.add(call);
  }

  /** The call is over; its links to what it was made inside end with it. */
  end(call: ReceivedCall): void {
    if (!this.#calls.delete(call)) return;
    call.invocation?.unlink();
    if (this.#calls.size === 0) for (const run of this.#whenDrained.splice(0)) run();
  }

  get isEmpty(): boolean {
    return this.#calls.size === 0;
  }

  /** Resolves when no call is left. */
  drained(): Promise<void> {
    if (this.#calls.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenDrained.push(resolve));
  }

  /** Oldest first. */
  get underWay(): readonly CallUnderWay[] {
    const nowMs = this.clock.elapsed();
    return [...this.#calls].map(({ method, startedMs, remoteAddress }) => ({
      operation: method!.served.operation.id,
      ageMs: Math.round(nowMs - startedMs),
      remoteAddress,
    }));
  }
}
