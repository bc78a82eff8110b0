import { BackOff, type Clock, type Disposer, type Random, type ServiceQuery } from '@ts-chassis/core';

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 10_000;

/** What {@link UnknownServices} asks by. */
export interface UnknownServicesOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Asks the registry again. */
  refresh(query: ServiceQuery): Promise<unknown>;
}

/**
 * Services that were looked for and that the registry does not know. Nobody is told when they register for the first time, as a registry
 * records who depends on what it knows only; so they are asked for again soon, all together, and less and less often: those that are
 * started together find each other at once, and a name that nobody has costs little.
 */
export class UnknownServices {
  readonly #queries = new Map<string, ServiceQuery>();
  readonly #pauses: BackOff;
  #stop: Disposer | undefined;
  #isClosed = false;

  constructor(private readonly options: UnknownServicesOptions) {
    this.#pauses = new BackOff({ firstMs: FIRST_PAUSE_MS, longestMs: LONGEST_PAUSE_MS, random: options.random });
  }

  add(key: string, query: ServiceQuery): void {
    if (this.#isClosed || this.#queries.has(key)) return;
    this.#queries.set(key, query);
    this.#pauses.reset();
    this.#stop?.();
    this.#askLater();
  }

  delete(key: string): void {
    if (!this.#queries.delete(key) || this.#queries.size > 0) return;
    this.#stop?.();
  }

  close(): void {
    this.#isClosed = true;
    this.#stop?.();
  }

  #askLater(): void {
    this.#stop = this.options.clock.after(this.#pauses.next(), () => void this.#ask());
  }

  async #ask(): Promise<void> {
    const stop = this.#stop;
    await Promise.all([...this.#queries.values()].map((query) => this.options.refresh(query)));
    // one that came meanwhile has begun anew
    if (!this.#isClosed && this.#queries.size > 0 && stop === this.#stop) this.#askLater();
  }
}
