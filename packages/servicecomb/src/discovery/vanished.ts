import type { Instance } from '@ts-chassis/core';
import type { Probe } from './probe.js';

/** Connections opened at the same time at most. */
const MOST_AT_ONCE = 64;

/** What {@link Vanished} is made of. */
export interface VanishedOptions {
  readonly probe: Probe;
  /** It does not answer. */
  onGone(instance: Instance): void;
}

/** Instances that the registry does not list any more, while they are asked whether they are there. */
export class Vanished {
  readonly #asked = new Map<string, Promise<boolean>>();
  readonly #queue: (() => void)[] = [];
  #running = 0;

  constructor(private readonly options: VanishedOptions) {}

  /** Asks it, unless it is being asked. */
  ask(instance: Instance): void {
    if (this.#asked.has(instance.id)) return;
    const asking = this.#probe(instance).then((isThere) => {
      // meanwhile the registry listed it again, or it was asked anew
      if (this.#asked.get(instance.id) !== asking) return true;
      this.#asked.delete(instance.id);
      if (!isThere) this.options.onGone(instance);
      return isThere;
    });
    this.#asked.set(instance.id, asking);
  }

  /** Whether it answers; undefined when it is not being asked. */
  answer(id: string): Promise<boolean> | undefined {
    return this.#asked.get(id);
  }

  /** The registry lists it: whatever it answers is of no matter. */
  listed(id: string): void {
    this.#asked.delete(id);
  }

  async #probe({ endpoints }: Instance): Promise<boolean> {
    if (this.#running >= MOST_AT_ONCE) await new Promise<void>((resolve) => this.#queue.push(resolve));
    else this.#running += 1;
    try {
      return await this.options.probe(endpoints);
    } finally {
      // a place is handed on
      const next = this.#queue.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
