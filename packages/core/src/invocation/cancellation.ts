import type { Disposer } from '../clock/clock.js';

type Listener = (reason: unknown) => void;

/** Who is told when an invocation is given up. Made on first use: most invocations are never cancelled nor watched. */
export class Cancellation {
  cancelled = false;
  #reason: unknown;
  #listeners: Set<Listener> | undefined;
  #controller: AbortController | undefined;

  cancel(reason: unknown): void {
    if (this.cancelled) return;
    this.cancelled = true;
    this.#reason = reason;
    const listeners = this.#listeners;
    this.#listeners = undefined;
    this.#controller?.abort(reason);
    for (const listener of listeners ?? []) listener(reason);
  }

  add(listener: Listener): Disposer {
    if (this.cancelled) {
      listener(this.#reason);
      return nothing;
    }
    const own: Listener = (reason) => listener(reason);
    (this.#listeners ??= new Set()).add(own);
    return () => void this.#listeners?.delete(own);
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.cancelled) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }
}

function nothing(): void {}
