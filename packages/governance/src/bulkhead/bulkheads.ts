import type { Clock, Invocation } from '@ts-chassis/core';
import type { BulkheadFields } from '../policy/bulkhead.js';
import { Parts } from '../policy/parts.js';
import { Places, type PlacesLimits } from './algorithm.js';

/** The places of one policy: one bulkhead, or one for each called instance. */
export class Bulkheads {
  #limits: PlacesLimits = { concurrent: 0, queue: 0 };
  #waitMs = 0;
  readonly #parts: Parts<Places>;

  constructor(
    readonly name: string,
    readonly perInstance: boolean,
    unplaced?: () => void,
  ) {
    this.#parts = new Parts(perInstance, () => new Places(this.#limits), {
      // a stream holds its place for long, and must give it back to the bulkhead that others go by
      inUse: ({ taken, waiting }) => taken + waiting > 0,
      unplaced,
    });
  }

  get concurrent(): number {
    return this.#limits.concurrent;
  }

  get waitMs(): number {
    return this.#waitMs;
  }

  /** Must have been called before the first `of`. */
  configure({ concurrent, queue, waitMs }: BulkheadFields): void {
    this.#waitMs = waitMs;
    this.#limits = { concurrent, queue: queue ?? (waitMs > 0 ? concurrent : 0) };
    for (const places of this.#parts.all()) places.resize(this.#limits);
  }

  of(invocation: Invocation, clock: Clock): Places {
    return this.#parts.of(invocation, clock);
  }
}
