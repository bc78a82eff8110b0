import type { SectionFault } from '@ts-chassis/core';

type Refuse = (fault: SectionFault) => void;

/**
 * The rules that the last reading of a section made, by name and text, so that a reload reads only what changed, and what did not change is the
 * same object as before. It holds nothing but what follows from the texts.
 */
export class RuleMemory<T> {
  #last = new Map<string, T>();

  /** Makes a rule of each value; rules with a fault are made again the next time. */
  read(
    values: Readonly<Record<string, unknown>>,
    make: (name: string, raw: unknown, refuse: Refuse) => T | undefined,
    refuse: Refuse,
  ): T[] {
    const rules: T[] = [];
    const kept = new Map<string, T>();
    for (const [name, raw] of Object.entries(values)) {
      if (raw === null || raw === undefined) continue;
      const text = `${name}\n${typeof raw === 'string' ? raw : JSON.stringify(raw)}`;
      let faulty = false;
      const made = this.#last.get(text) ?? make(name, raw, (fault) => ((faulty = true), refuse(fault)));
      if (made === undefined) continue;
      rules.push(made);
      if (!faulty) kept.set(text, made);
    }
    this.#last = kept;
    return rules;
  }
}
