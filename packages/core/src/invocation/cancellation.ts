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
    this.#controller?.abort(reason);
    const listeners = this.#listeners;
    // One that is disposed by another meanwhile is not told: a set shows its deletions to who walks it.
    for (const listener of listeners ?? []) tell(listener, reason);
    this.#listeners = undefined;
  }

  add(listener: Listener): Disposer {
    if (this.cancelled) {
      tell(listener, this.#reason);
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

/** Whoever gives up tells all, also after one that throws; its error is nobody's to catch, so the process warns of it. */
function tell(listener: Listener, reason: unknown): void {
  try {
    listener(reason);
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error));
  }
}

function nothing(): void {}
