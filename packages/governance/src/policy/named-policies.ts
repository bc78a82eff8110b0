/**
 * Policies by mark that know where they are written, and what of it has no effect. To whoever acts on them they are a plain map.
 */
export class NamedPolicies<T> extends Map<string, Partial<T>> {
  readonly #keys = new Map<string, string>();
  readonly #idle: string[] = [];

  /**
   * Takes a policy for a mark that has none yet.
   *
   * @param key - dotted: where it is written
   */
  add(mark: string, fields: Partial<T>, key: string): void {
    const first = this.#keys.get(mark);
    if (first !== undefined) {
      this.#idle.push(`${key} has no effect on the mark "${mark}", since ${first} comes before it`);
      return;
    }
    this.#keys.set(mark, key);
    this.set(mark, fields);
  }

  /** Says that something that is written has no effect. */
  note(idle: string): void {
    this.#idle.push(idle);
  }

  /** What is written and has no effect, a sentence each. */
  get idle(): readonly string[] {
    return this.#idle;
  }

  /** Where the policy of a mark is written. */
  keyOf(mark: string): string | undefined {
    return this.#keys.get(mark);
  }
}

/** Where the policy of a mark is written; the section's own key when nobody knows. */
export function placeOfMark(policies: ReadonlyMap<string, unknown>, mark: string, section: string): string {
  return (policies instanceof NamedPolicies ? policies.keyOf(mark) : undefined) ?? section;
}
