import type { Disposer } from '../clock/clock.js';

/** One who wants to be told; an object of its own, as the same function may be given twice. */
interface Listener {
  readonly run: (reason: unknown) => void;
}

/** Who is told when an invocation is given up. Made on first use: most invocations are never cancelled nor watched. */
export class Cancellation {
  cancelled = false;
  #reason: unknown;
  /** Most invocations are watched by their runner alone: a set would cost more than all the rest of this. */
  #first: Listener | undefined;
  #others: Set<Listener> | undefined;
  #controller: AbortController | undefined;

  cancel(reason: unknown): void {
    if (this.cancelled) return;
    this.cancelled = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
    const first = this.#first;
    this.#first = undefined;
    if (first) tell(first, reason);
    // One that is disposed by another meanwhile is not told: a set shows its deletions to who walks it.
    for (const listener of this.#others ?? []) tell(listener, reason);
    this.#others = undefined;
  }

  add(run: (reason: unknown) => void): Disposer {
    const listener: Listener = { run };
    if (this.cancelled) {
      tell(listener, this.#reason);
      return nothing;
    }
    if (!this.#first && !this.#others) this.#first = listener;
    else (this.#others ??= new Set()).add(listener);
    return () => this.#remove(listener);
  }

  #remove(listener: Listener): void {
    if (this.#first === listener) this.#first = undefined;
    else this.#others?.delete(listener);
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
    listener.run(reason);
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error));
  }
}

function nothing(): void {}
