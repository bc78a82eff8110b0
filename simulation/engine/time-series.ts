/** Sums by slices of time. */
export class TimeSeries {
  readonly #sums: number[] = [];

  /** @param sliceMs - length of one slice */
  constructor(readonly sliceMs: number) {}

  add(atMs: number, value = 1): void {
    const slice = Math.floor(atMs / this.sliceMs);
    while (this.#sums.length <= slice) this.#sums.push(0);
    this.#sums[slice]! += value;
  }

  /** The sum of a slice; 0 for one in which nothing was. */
  at(slice: number): number {
    return this.#sums[slice] ?? 0;
  }

  /** The sum over what lies from one moment up to another, in whole slices. */
  between(fromMs: number, toMs: number): number {
    let sum = 0;
    for (let slice = Math.floor(fromMs / this.sliceMs); slice < Math.ceil(toMs / this.sliceMs); slice++)
      sum += this.at(slice);
    return sum;
  }

  get length(): number {
    return this.#sums.length;
  }
}
