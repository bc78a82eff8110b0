/** Remembers the values used last, so many of them. */
export class Recent<T> {
  readonly #values = new Map<string, T>();

  /** @param limit - how many values are kept */
  constructor(private readonly limit: number) {}

  get(key: string): T | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    // a map keeps the order in which keys were set
    this.#values.delete(key);
    this.#values.set(key, value);
    return value;
  }

  set(key: string, value: T): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size <= this.limit) return;
    const [oldest] = this.#values.keys();
    this.#values.delete(oldest!);
  }

  get size(): number {
    return this.#values.size;
  }
}
