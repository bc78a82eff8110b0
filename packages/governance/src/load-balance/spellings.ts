import { nearestName } from '@ts-chassis/core';

/** Things by name, however the name is spelled. */
export class Spellings<T> {
  readonly #byName = new Map<string, T>();
  readonly #names: string[] = [];

  /** @param names - the first is the one to be shown; of two things of one name the first added stays */
  add(names: readonly string[], thing: T): this {
    this.#names.push(names[0]!);
    for (const name of names) {
      const plain = plainName(name);
      if (!this.#byName.has(plain)) this.#byName.set(plain, thing);
    }
    return this;
  }

  find(name: string): T | undefined {
    return this.#byName.get(plainName(name));
  }

  /** What should have been written instead of an unknown name. */
  expectedFor(name: string): string {
    const nearest = nearestName(name, this.#names);
    return `one of ${this.#names.join(', ')}${nearest === undefined ? '' : ` (did you mean ${nearest}?)`}`;
  }
}

/** Java names classes (`com.netflix.loadbalancer.RoundRobinRule`), others write `round-robin`. */
function plainName(name: string): string {
  const last = name.slice(name.lastIndexOf('.') + 1);
  return (
    last
      .toLowerCase()
      .replaceAll(/[-_ ]/g, '')
      .replace(/(?:rule|strategy|loadbalancer)$/, '') || last.toLowerCase()
  );
}
