import type { SectionFault } from '@ts-chassis/core';

type Refuse = (fault: SectionFault) => void;

/** Of each model the rules it was made of, by name and text. It goes with the model, and holds nothing but what follows from the texts. */
const memories = new WeakMap<object, ReadonlyMap<string, unknown>>();

/** How rules become a model. */
export interface ReadingRules<T, M extends object> {
  make(name: string, raw: unknown, refuse: Refuse): T | undefined;
  model(rules: T[]): M;
  readonly refuse: Refuse;
  /** The model that was read last. */
  readonly before: unknown;
}

/**
 * Reads the rules of a section, one after the other, and of those only what changed since the last reading: what did not change is the same object
 * as before. A rule with a fault is read again the next time.
 */
export function* readingRules<T, M extends object>(
  values: Readonly<Record<string, unknown>>,
  { make, model, refuse, before }: ReadingRules<T, M>,
): Generator<void, M, void> {
  const last = memories.get((before ?? {}) as object) as ReadonlyMap<string, T> | undefined;
  const rules: T[] = [];
  const memory = new Map<string, T>();
  for (const [name, raw] of Object.entries(values)) {
    yield;
    if (raw === null || raw === undefined) continue;
    const text = `${name}\n${typeof raw === 'string' ? raw : JSON.stringify(raw)}`;
    let faulty = false;
    const made = last?.get(text) ?? make(name, raw, (fault) => ((faulty = true), refuse(fault)));
    if (made === undefined) continue;
    rules.push(made);
    if (!faulty) memory.set(text, made);
  }
  const whole = model(rules);
  memories.set(whole, memory);
  return whole;
}
