import type { Random } from '@ts-chassis/core';

/**
 * Turns by weight, as smooth as turns can be. The j-th pick of one with weight w of a total W may come from pick number floor(jW/w) on and must come before
 * ceil((j+1)W/w); the one that must come soonest is picked. On one processor earliest deadline first meets all such deadlines (the windows of Baruah's
 * pfair scheduling), so nobody is ever a whole pick away from its share. nginx's well-known turns only promise as much for a whole round. Picks cost the logarithm of
 * how many there are.
 */
export class SmoothTurns {
  readonly #weights: readonly number[];
  readonly #total: number;
  /** Picks of each in this round. */
  readonly #picks: Float64Array;
  /** Breaks ties, so that not all consumers begin with the same one. */
  readonly #ranks: Float64Array;
  #pick = 0;
  #waiting: Heap;
  #ready: Heap;

  /** @param weights - whole numbers from 0, one of them above */
  constructor(weights: readonly number[], random: Random) {
    this.#weights = weights;
    this.#total = weights.reduce((sum, weight) => sum + weight, 0);
    this.#picks = new Float64Array(weights.length);
    this.#ranks = Float64Array.from(weights, () => random.next());
    [this.#waiting, this.#ready] = this.#heaps();
    this.#begin();
  }

  /** The index of the next one. */
  next(): number {
    if (this.#pick === this.#total) this.#begin();
    while (this.#waiting.least <= this.#pick) {
      const index = this.#waiting.take();
      this.#ready.put(index, this.#deadline(index));
    }
    const index = this.#ready.take();
    this.#pick += 1;
    this.#picks[index]! += 1;
    if (this.#picks[index]! < this.#weights[index]!) this.#waiting.put(index, this.#release(index));
    return index;
  }

  #begin(): void {
    this.#pick = 0;
    this.#picks.fill(0);
    [this.#waiting, this.#ready] = this.#heaps();
    for (const [index, weight] of this.#weights.entries()) {
      if (weight > 0) this.#ready.put(index, this.#deadline(index));
    }
  }

  #heaps(): [Heap, Heap] {
    return [new Heap(this.#ranks), new Heap(this.#ranks)];
  }

  #release(index: number): number {
    return Math.floor((this.#picks[index]! * this.#total) / this.#weights[index]!);
  }

  #deadline(index: number): number {
    return Math.ceil(((this.#picks[index]! + 1) * this.#total) / this.#weights[index]!);
  }
}

/** Indexes by a number, the least first; of equals the one of lower rank. */
class Heap {
  readonly #indexes: number[] = [];
  readonly #values: number[] = [];

  constructor(private readonly ranks: Float64Array) {}

  /** The least number; infinite when there is none. */
  get least(): number {
    return this.#values[0] ?? Infinity;
  }

  put(index: number, value: number): void {
    const last = this.#indexes.length;
    this.#indexes.push(index);
    this.#values.push(value);
    this.#rise(last);
  }

  take(): number {
    const first = this.#indexes[0]!;
    const index = this.#indexes.pop()!;
    const value = this.#values.pop()!;
    if (this.#indexes.length > 0) {
      this.#indexes[0] = index;
      this.#values[0] = value;
      this.#sink();
    }
    return first;
  }

  #rise(from: number): void {
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#before(at, above)) return;
      this.#swap(at, above);
      at = above;
    }
  }

  #sink(): void {
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      if (left >= this.#indexes.length) return;
      const below = right < this.#indexes.length && this.#before(right, left) ? right : left;
      if (!this.#before(below, at)) return;
      this.#swap(at, below);
      at = below;
    }
  }

  #before(one: number, two: number): boolean {
    const difference = this.#values[one]! - this.#values[two]!;
    return difference === 0 ? this.ranks[this.#indexes[one]!]! < this.ranks[this.#indexes[two]!]! : difference < 0;
  }

  #swap(one: number, two: number): void {
    const [index, value] = [this.#indexes[one]!, this.#values[one]!];
    this.#indexes[one] = this.#indexes[two]!;
    this.#values[one] = this.#values[two]!;
    this.#indexes[two] = index;
    this.#values[two] = value;
  }
}
