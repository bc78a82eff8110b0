/** Keys whose values were encrypted: nothing that is, holds, or lies in such a value may be shown. */
export class SecretKeys {
  readonly #keys = new Set<string>();
  /** What such values lie in. */
  readonly #around = new Set<string>();

  get size(): number {
    return this.#keys.size;
  }

  add(key: string): void {
    this.#keys.add(key);
    for (let at = outer(key); at !== '' && !this.#around.has(at); at = outer(at)) this.#around.add(at);
  }

  /** Whether a key, or an item of a list (`a.b[0].c`), is secret, lies in what is secret, or holds something that is. */
  covers(key: string): boolean {
    if (this.#keys.size === 0) return false;
    if (this.#around.has(key)) return true;
    for (let at = key; at !== ''; at = outer(at)) if (this.#keys.has(at)) return true;
    return false;
  }
}

function outer(key: string): string {
  return key.slice(0, Math.max(0, key.lastIndexOf('.'), key.lastIndexOf('[')));
}
