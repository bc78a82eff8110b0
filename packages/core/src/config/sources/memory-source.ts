import type { Disposer } from '../../clock/index.js';
import { isWithin } from '../keys.js';
import { flatten } from '../leaves.js';
import type { ConfigSource, Layer } from '../source.js';

/**
 * A source that the program itself writes; {@link memorySource} makes one.
 *
 * @example
 * ```ts
 * const memory: MemorySource = memorySource();
 * memory.set('shop.discount', 5);
 * ```
 */
export interface MemorySource extends ConfigSource {
  /**
   * Sets a key, or with a map everything below it in the place of what was there.
   *
   * @throws whatever a watcher throws; everything is then as it was
   */
  set(key: string, value: unknown): void;
  /**
   * Removes a key and all below it.
   *
   * @throws whatever a watcher throws; everything is then as it was
   */
  delete(key: string): void;
}

class Memory implements MemorySource {
  readonly name = 'memory';
  readonly priority = 1;
  #values = new Map<string, unknown>();
  readonly #listeners = new Set<(next: Layer) => void>();

  constructor(values: Readonly<Record<string, unknown>>) {
    flatten(values, (key, value) => this.#values.set(key, value));
  }

  load(): Promise<Layer> {
    return Promise.resolve(this.#layer());
  }

  watch(listener: (next: Layer) => void): Disposer {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  set(key: string, value: unknown): void {
    const before = new Map(this.#values);
    this.#remove(key);
    // What stood at a step above would hide the key.
    for (const other of this.#values.keys()) if (isWithin(key, other)) this.#values.delete(other);
    flatten(value, (leaf, inner) => this.#values.set(leaf, inner), key);
    this.#tell(before);
  }

  delete(key: string): void {
    const before = new Map(this.#values);
    this.#remove(key);
    this.#tell(before);
  }

  #remove(key: string): void {
    for (const other of this.#values.keys()) if (isWithin(other, key)) this.#values.delete(other);
  }

  /** One watcher that throws refuses the change for all. */
  #tell(before: Map<string, unknown>): void {
    const told: ((next: Layer) => void)[] = [];
    const layer = this.#layer();
    try {
      for (const listener of this.#listeners) {
        listener(layer);
        told.push(listener);
      }
    } catch (error) {
      this.#values = before;
      for (const listener of told) listener(this.#layer());
      throw error;
    }
  }

  #layer(): Layer {
    return { values: Object.fromEntries(this.#values), place: () => 'memory' };
  }
}

/**
 * Values that the program sets: priority 1, after remote sources (go-chassis's `MemorySource`; deleting uncovers what other sources say).
 *
 * @param values - what it holds at first, as a tree or with dotted keys
 *
 * @example
 * ```ts
 * const memory = memorySource({ 'shop.discount': 5 });
 * ```
 */
export function memorySource(values: Readonly<Record<string, unknown>> = {}): MemorySource {
  return new Memory(values);
}
