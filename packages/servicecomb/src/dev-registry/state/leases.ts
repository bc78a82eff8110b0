import type { Clock, Disposer } from '@ts-chassis/core';
import type { InstanceEntry } from './entries.js';

/**
 * The leases of all instances, in a heap by the time at which each is looked at next. A heartbeat only notes the new end: an entry that
 * is found alive when it is looked at goes back into the heap.
 */
export class Leases {
  readonly #heap: InstanceEntry[] = [];
  #timer: Disposer | undefined;
  #timerAt = Infinity;

  constructor(
    private readonly clock: Clock,
    private readonly expired: (entry: InstanceEntry) => void,
  ) {}

  get size(): number {
    return this.#heap.length;
  }

  /** Begins a lease, or begins it anew. */
  renew(entry: InstanceEntry): void {
    entry.expiresAt = this.clock.elapsed() + entry.leaseMs;
    if (entry.place >= 0) return;
    this.#push(entry);
    this.#arm();
  }

  end(entry: InstanceEntry): void {
    const { place } = entry;
    if (place < 0) return;
    const last = this.#heap.pop()!;
    entry.place = -1;
    if (last === entry) return;
    this.#put(last, place);
    this.#rise(place);
    this.#sink(last.place);
  }

  close(): void {
    this.#timer?.();
    this.#timer = undefined;
    for (const entry of this.#heap.splice(0)) entry.place = -1;
  }

  #sweep(): void {
    this.#timer = undefined;
    this.#timerAt = Infinity;
    const now = this.clock.elapsed();
    for (let first = this.#heap[0]; first && first.lookAt <= now; first = this.#heap[0]) {
      this.end(first);
      if (first.expiresAt > now) this.#push(first);
      else this.expired(first);
    }
    this.#arm();
  }

  #arm(): void {
    const at = this.#heap[0]?.lookAt ?? Infinity;
    if (at >= this.#timerAt) return;
    this.#timer?.();
    this.#timerAt = at;
    this.#timer = this.clock.after(Math.max(0, at - this.clock.elapsed()), () => this.#sweep());
  }

  #push(entry: InstanceEntry): void {
    entry.lookAt = entry.expiresAt;
    this.#put(entry, this.#heap.length);
    this.#rise(entry.place);
  }

  #put(entry: InstanceEntry, place: number): void {
    this.#heap[place] = entry;
    entry.place = place;
  }

  #rise(place: number): void {
    const entry = this.#heap[place]!;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (this.#heap[above]!.lookAt <= entry.lookAt) break;
      this.#put(this.#heap[above]!, place);
      place = above;
    }
    this.#put(entry, place);
  }

  #sink(place: number): void {
    const entry = this.#heap[place]!;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= this.#heap.length) break;
      if (below + 1 < this.#heap.length && this.#heap[below + 1]!.lookAt < this.#heap[below]!.lookAt) below += 1;
      if (this.#heap[below]!.lookAt >= entry.lookAt) break;
      this.#put(this.#heap[below]!, place);
      place = below;
    }
    this.#put(entry, place);
  }
}
