import type { Clock } from '../clock/index.js';
import { finish, SLICE_MS, type Steps } from './steps.js';

/**
 * One change after the other, in the order they came. A short one is made at once; a long one in slices, between which other work has its
 * turn. What cannot wait (a write of the program) first brings to its end what is under way.
 */
export class Turns {
  /** Short changes that came during another. */
  readonly #waiting: (() => void)[] = [];
  /** Long ones that have not begun. */
  readonly #long: (() => Steps)[] = [];
  /** The long one under way. */
  #steps: Steps | undefined;
  #busy = false;
  #asked = false;
  #closed = false;

  /** @param failed - told what a change throws that nobody waits for */
  constructor(
    private readonly clock: Clock,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Runs something now, so that it may throw; or, asked for during another change, after it. */
  take(run: () => void): void {
    if (this.#busy) {
      this.#waiting.push(run);
      return;
    }
    this.settle();
    this.#busy = true;
    try {
      run();
    } finally {
      this.#runWaiting();
      this.#busy = false;
    }
  }

  /** Runs something that may take long. */
  inSlices(make: () => Steps): void {
    if (this.#closed) return;
    this.#long.push(make);
    if (this.#busy) this.#ask();
    else if (!this.#asked) this.#slice();
  }

  /** Brings to its end what is under way in slices. */
  settle(): void {
    if (this.#busy) return;
    this.#run(Infinity);
  }

  /** Drops what is under way. */
  close(): void {
    this.#closed = true;
    this.#steps = undefined;
    this.#long.length = 0;
  }

  readonly #slice = (): void => {
    this.#asked = false;
    this.#run(this.clock.elapsed() + SLICE_MS);
    if (this.#steps || this.#long.length > 0) this.#ask();
  };

  #ask(): void {
    if (this.#asked) return;
    this.#asked = true;
    // kept alive by it: an idle loop would not come to it otherwise
    setImmediate(this.#slice);
  }

  #run(until: number): void {
    this.#busy = true;
    try {
      for (;;) {
        this.#steps ??= this.#long.shift()?.();
        if (!this.#steps) return;
        if (this.#ends(this.#steps, until)) {
          this.#steps = undefined;
          this.#runWaiting();
        } else return;
      }
    } finally {
      this.#busy = false;
    }
  }

  /** Whether work is done before a moment; what it throws ends it too. */
  #ends(steps: Steps, until: number): boolean {
    try {
      if (until === Infinity) {
        finish(steps);
        return true;
      }
      do {
        if (steps.next().done) return true;
      } while (this.clock.elapsed() < until);
      return false;
    } catch (error) {
      this.failed(error);
      return true;
    }
  }

  #runWaiting(): void {
    for (let run = this.#waiting.shift(); run; run = this.#waiting.shift()) {
      try {
        run();
      } catch (error) {
        this.failed(error);
      }
    }
  }
}
