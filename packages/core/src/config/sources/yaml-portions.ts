import { isTree } from '../leaves.js';
import type { YamlFile } from './yaml-document.js';

/** So many values or marks, about, are told from one thread to another at once. */
const SIZE = 1000;

/** A part of a file that is small enough to be taken over without a pause. */
export interface Portion {
  /** Values by the steps that lead to them; what is around a value comes before it, empty. */
  readonly values?: readonly (readonly [steps: readonly (string | number)[], value: unknown])[];
  readonly lines?: readonly (readonly [string, number])[];
  readonly written?: readonly (readonly [string, string])[];
  readonly texts?: readonly (readonly [string, number])[];
}

/** Takes a file apart. */
export function* portionsOf(file: YamlFile): Generator<Portion, void, void> {
  for (const values of grouped(valuesOf(file.values, []))) yield { values: values.map(({ item }) => item) };
  for (const lines of grouped(weighing(file.lines))) yield { lines: lines.map(({ item }) => item) };
  for (const written of grouped(weighing(file.written))) yield { written: written.map(({ item }) => item) };
  for (const texts of grouped(weighing(file.texts))) yield { texts: texts.map(({ item }) => item) };
}

interface Weighed<T> {
  readonly item: T;
  readonly weight: number;
}

function* valuesOf(
  tree: object,
  steps: readonly (string | number)[],
): Generator<Weighed<readonly [typeof steps, unknown]>> {
  const list = Array.isArray(tree);
  for (const [name, value] of Object.entries(tree) as [string, unknown][]) {
    const at = [...steps, list ? Number(name) : name];
    const weight = weightOf(value);
    if (weight < SIZE / 4 || !isTree(value)) yield { item: [at, value], weight };
    else {
      yield { item: [at, Array.isArray(value) ? [] : {}], weight: 1 };
      yield* valuesOf(value, at);
    }
  }
}

/** How many values there are, counted up to the size of a portion. */
function weightOf(value: unknown): number {
  let weight = 1;
  const count = (inner: unknown): void => {
    if (!isTree(inner)) return;
    for (const one of Object.values(inner) as unknown[]) {
      weight += 1;
      if (weight >= SIZE) return;
      count(one);
    }
  };
  count(value);
  return weight;
}

function* weighing<T>(items: Iterable<T>): Generator<Weighed<T>> {
  for (const item of items) yield { item, weight: 1 };
}

function* grouped<T>(items: Iterable<Weighed<T>>): Generator<readonly Weighed<T>[]> {
  let group: Weighed<T>[] = [];
  let weight = 0;
  for (const one of items) {
    group.push(one);
    weight += one.weight;
    if (weight < SIZE) continue;
    yield group;
    group = [];
    weight = 0;
  }
  if (group.length > 0) yield group;
}

/** Puts a file together again. */
export class Portions implements YamlFile {
  readonly values: Record<string, unknown> = {};
  readonly lines = new Map<string, number>();
  readonly written = new Map<string, string>();
  readonly texts = new Map<string, number>();

  add({ values = [], lines = [], written = [], texts = [] }: Portion): void {
    for (const [steps, value] of values) this.#put(steps, value);
    for (const [key, line] of lines) this.lines.set(key, line);
    for (const [key, text] of written) this.written.set(key, text);
    for (const [key, line] of texts) this.texts.set(key, line);
  }

  /** Left out like everywhere in the configuration: what no key may reach. */
  #put(steps: readonly (string | number)[], value: unknown): void {
    if (steps.includes('__proto__')) return;
    let at = this.values as Record<string | number, unknown>;
    for (const step of steps.slice(0, -1)) at = at[step] as typeof at;
    at[steps.at(-1)!] = value;
  }
}
