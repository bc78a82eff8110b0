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
  /** Sets a key, or with a map everything below it in the place of what was there. */
  set(key: string, value: unknown): void;
  /** Removes a key and all below it. */
  delete(key: string): void;
}

class Memory implements MemorySource {
  readonly name = 'memory';
  readonly priority = 1;
  readonly #values = new Map<string, unknown>();
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
    this.#remove(key);
    // What stood at a step above would hide the key.
    for (const other of this.#values.keys()) if (isWithin(key, other)) this.#values.delete(other);
    flatten(value, (leaf, inner) => this.#values.set(leaf, inner), key);
    this.#tell();
  }

  delete(key: string): void {
    this.#remove(key);
    this.#tell();
  }

  #remove(key: string): void {
    for (const other of this.#values.keys()) if (isWithin(other, key)) this.#values.delete(other);
  }

  #tell(): void {
    const layer = this.#layer();
    for (const listener of this.#listeners) listener(layer);
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
