/**
 * String entries that travel with a request through every service it reaches (`x-cse-context`). Never changes: `with` makes a new one.
 *
 * @example
 * ```ts
 * const tenant = invocation.context.get('tenant');
 * ```
 */
export class PropagatedContext {
  /** The context without entries. */
  static readonly empty = new PropagatedContext(new Map());

  private constructor(private readonly entriesByName: ReadonlyMap<string, string>) {}

  /** A context with the entries of a record. */
  static of(entries: Iterable<readonly [string, string]>): PropagatedContext {
    const map = new Map(entries);
    return map.size === 0 ? PropagatedContext.empty : new PropagatedContext(map);
  }

  get(name: string): string | undefined {
    return this.entriesByName.get(name);
  }

  get size(): number {
    return this.entriesByName.size;
  }

  /** A context with one entry more, or another value of it. */
  with(name: string, value: string): PropagatedContext {
    return new PropagatedContext(new Map(this.entriesByName).set(name, value));
  }

  entries(): IterableIterator<[string, string]> {
    return this.entriesByName.entries();
  }
}
