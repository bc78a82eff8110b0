import type { Disposer } from '../clock/clock.js';

/** One who wants to be told; an object of its own, as the same function may be given twice. */
class Listener {
  before: Listener | undefined = undefined;
  after: Listener | undefined = undefined;
  constructor(readonly run: (reason: unknown) => void) {}
}

/** Who is told when an invocation is given up. Made on first use: most invocations are never cancelled nor watched. */
export class Cancellation {
  cancelled = false;
  #reason: unknown;
  /** A list through its own members: one or two watch most invocations, and a set would cost more than all the rest of this. */
  #first: Listener | undefined;
  #last: Listener | undefined;
  #controller: AbortController | undefined;

  cancel(reason: unknown): void {
    if (this.cancelled) return;
    this.cancelled = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
    // One that is disposed by another meanwhile is no longer in the list.
    for (let listener = this.#first; listener; listener = this.#first) {
      this.#remove(listener);
      tell(listener, reason);
    }
  }

  add(run: (reason: unknown) => void): Disposer {
    const listener = new Listener(run);
    if (this.cancelled) {
      tell(listener, this.#reason);
      return nothing;
    }
    const last = this.#last;
    listener.before = last;
    if (last) last.after = listener;
    else this.#first = listener;
    this.#last = listener;
    return () => this.#remove(listener);
  }

  /** Does nothing the second time. */
  #remove(listener: Listener): void {
    const { before, after } = listener;
    if (!before && this.#first !== listener) return;
    if (before) before.after = after;
    else this.#first = after;
    if (after) after.before = before;
    else this.#last = before;
    listener.before = listener.after = undefined;
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
