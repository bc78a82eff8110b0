/** What belongs to one beginning. */
interface Head<T> {
  readonly text: string;
  readonly items: T[];
  /** The longest other head that this one begins with. */
  outer: Head<T> | undefined;
}

/**
 * Finds what belongs to the beginnings of a text. They are kept in order: all that a text begins with stand before it, the longest of them nearest but for
 * others that begin with that one too; from any of these the shorter ones are reached one inside the other.
 */
export class HeadIndex<T> {
  readonly #known = new Map<string, Head<T>>();
  #sorted: readonly Head<T>[] = [];

  get isEmpty(): boolean {
    return this.#known.size === 0;
  }

  add(text: string, item: T): void {
    const head = this.#known.get(text);
    if (head) head.items.push(item);
    else this.#known.set(text, { text, items: [item], outer: undefined });
  }

  /** Called once, after all was added. */
  seal(): void {
    this.#sorted = [...this.#known.values()].sort((a, b) => (a.text < b.text ? -1 : 1));
    let before: Head<T> | undefined;
    for (const head of this.#sorted) {
      head.outer = around(before, head.text);
      before = head;
    }
  }

  /** The longest head that a text begins with; the others are `outer` of it, one after the other. */
  longest(text: string): Head<T> | undefined {
    let from = 0;
    let to = this.#sorted.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.#sorted[middle]!.text <= text) from = middle + 1;
      else to = middle;
    }
    return around(this.#sorted[from - 1], text);
  }
}

/** Of a head and those around it the first that a text begins with. */
function around<T>(head: Head<T> | undefined, text: string): Head<T> | undefined {
  let at = head;
  while (at && !text.startsWith(at.text)) at = at.outer;
  return at;
}
