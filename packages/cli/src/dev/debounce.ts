import type { Timers } from '../time/timers.js';

/** Gathers what comes in quick succession. */
export class Debounce {
  readonly #gathered = new Set<string>();
  #stop: (() => void) | undefined;

  /**
   * @param quietMs - how long nothing must come
   * @param run - is given all that came, once
   */
  constructor(
    private readonly quietMs: number,
    private readonly timers: Timers,
    private readonly run: (all: readonly string[]) => void,
  ) {}

  add(one: string): void {
    this.#gathered.add(one);
    this.#stop?.();
    this.#stop = this.timers.after(this.quietMs, () => {
      const all = [...this.#gathered];
      this.#gathered.clear();
      this.run(all);
    });
  }

  cancel(): void {
    this.#stop?.();
  }
}
