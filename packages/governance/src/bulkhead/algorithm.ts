/** How many may be inside, and how many may wait. */
export interface PlacesLimits {
  readonly concurrent: number;
  readonly queue: number;
}

/** One that waits; `admitted` is called once, at its turn, with its place taken. */
export interface Waiter {
  admitted(): void;
}

/**
 * The places of a bulkhead. Pure: who waits brings its own timer. Places are given in the order of arrival, and nobody overtakes those who wait.
 */
export class Places {
  #limits: PlacesLimits;
  #taken = 0;
  /** In the order of arrival; one that leaves in between is found at once. */
  readonly #waiting = new Set<Waiter>();

  constructor(limits: PlacesLimits) {
    this.#limits = limits;
  }

  get taken(): number {
    return this.#taken;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Takes a place when one is free. */
  tryEnter(): boolean {
    if (this.#taken >= this.#limits.concurrent || this.#waiting.size > 0) return false;
    this.#taken += 1;
    return true;
  }

  /** Waits for a place; false when the queue is full. */
  wait(waiter: Waiter): boolean {
    if (this.#waiting.size >= this.#limits.queue || this.#limits.concurrent === 0) return false;
    this.#waiting.add(waiter);
    return true;
  }

  /** Waits no longer. */
  abandon(waiter: Waiter): void {
    this.#waiting.delete(waiter);
  }

  /** Gives a place back, to the one who has waited longest. */
  leave(): void {
    this.#taken -= 1;
    this.#admit();
  }

  /** Goes by other limits from now on. Who is inside stays inside and who waits goes on waiting, also where there are fewer places now. */
  resize(limits: PlacesLimits): void {
    this.#limits = limits;
    this.#admit();
  }

  #admit(): void {
    for (const waiter of this.#waiting) {
      if (this.#taken >= this.#limits.concurrent) return;
      this.#waiting.delete(waiter);
      this.#taken += 1;
      waiter.admitted();
    }
  }
}
