/** Something that happens at a moment of virtual time. */
export interface Event {
  readonly at: number;
  /** Order of asking: what was asked for first happens first among equals. */
  readonly order: number;
  /** Absent once it has happened or was called off. */
  run: (() => void) | undefined;
}

/**
 * The events of a simulation in the order of their time, in a binary heap: a million of them cost twenty comparisons each, where
 * core's `VirtualClock`, which is made for a handful of timers in a test, looks through all of them.
 */
export class EventQueue {
  readonly #heap: Event[] = [];
  #now = 0;
  #asked = 0;
  #happened = 0;

  /** Virtual milliseconds since the start. */
  get now(): number {
    return this.#now;
  }

  /** How many events have happened. */
  get happened(): number {
    return this.#happened;
  }

  /** How many events wait, called-off ones included until their time comes. */
  get waiting(): number {
    return this.#heap.length;
  }

  /** @param ms - from now; less than 0 counts as 0 */
  after(ms: number, run: () => void): Event {
    const event: Event = { at: this.#now + (ms > 0 ? ms : 0), order: this.#asked++, run };
    this.#heap.push(event);
    this.#rise(this.#heap.length - 1);
    return event;
  }

  /**
   * Lets the next event happen, if it is due by a moment.
   *
   * @returns whether there was one
   */
  step(end: number): boolean {
    for (let first = this.#heap[0]; first !== undefined && first.at <= end; first = this.#heap[0]) {
      this.#removeFirst();
      const { run } = first;
      if (run === undefined) continue;
      this.#now = first.at;
      this.#happened += 1;
      first.run = undefined;
      run();
      return true;
    }
    return false;
  }

  /** Lets happen what is due up to a moment, and stands at that moment then. */
  runUntil(end: number): void {
    while (this.step(end));
    this.moveTo(end);
  }

  /** Stands at a later moment, before which nothing is due. */
  moveTo(end: number): void {
    if (end !== Infinity) this.#now = Math.max(this.#now, end);
  }

  /** Lets happen everything, and what comes of it. */
  runAll(): void {
    this.runUntil(Infinity);
  }

  #removeFirst(): void {
    const last = this.#heap.pop()!;
    if (this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink();
  }

  #rise(from: number): void {
    const heap = this.#heap;
    const event = heap[from]!;
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      if (!before(event, heap[above]!)) break;
      heap[index] = heap[above]!;
      index = above;
    }
    heap[index] = event;
  }

  #sink(): void {
    const heap = this.#heap;
    const event = heap[0]!;
    const half = heap.length >> 1;
    let index = 0;
    while (index < half) {
      let child = 2 * index + 1;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
      if (!before(heap[child]!, event)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = event;
  }
}

function before(left: Event, right: Event): boolean {
  return left.at < right.at || (left.at === right.at && left.order < right.order);
}
