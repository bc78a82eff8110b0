import type { Layer } from './source.js';
import { joinKey } from './keys.js';

/** One value that is not a map with something in it, and the layer that says it. */
export interface Leaf {
  readonly value: unknown;
  readonly layer: Layer;
  /** As the layer spells it. */
  readonly key: string;
}

/** Where a leaf stands, or an item of it (`[0]`). */
export function placeOf(leaf: Leaf, item = ''): string {
  return leaf.layer.place(leaf.key + item);
}

/** What a source holds, by dotted key. */
export type Leaves = ReadonlyMap<string, Leaf>;

/** A map as sources hold them: lists, dates and class instances are values. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Takes a tree apart. A step called `__proto__` is left out: no key may reach what every object shares. */
export function flatten(tree: unknown, put: (key: string, value: unknown) => void, prefix = ''): void {
  if (prefix !== '' && (!isMap(tree) || Object.keys(tree).length === 0)) return put(prefix, tree);
  if (!isMap(tree)) return;
  for (const [name, value] of Object.entries(tree)) {
    if (name.split('.').includes('__proto__')) continue;
    flatten(value, put, joinKey(prefix, name));
  }
}

/** The leaves of a layer. */
export function leavesOf(layer: Layer): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  flatten(layer.values, (key, value) => {
    if (!leaves.has(key)) leaves.set(key, { value: copyOf(value), layer, key });
  });
  return leaves;
}

/** A copy down to what is neither map nor list: what is kept is frozen, and the giver's own must not be. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== '__proto__')
      .map(([name, inner]) => [name, copyOf(inner)]),
  );
}

/** A frozen tree out of leaves that are below a prefix; of what contradicts (`a` and `a.b`) the first given stays. */
export function treeOf(leaves: Iterable<readonly [string, unknown]>): Readonly<Record<string, unknown>> {
  const tree: Record<string, unknown> = {};
  for (const [key, value] of leaves) plant(tree, key.split('.'), value);
  return freezeDeep(tree);
}

/** Puts a leaf into a tree unless something stands in its way; whether it was put. */
export function plant(tree: Record<string, unknown>, steps: readonly string[], value: unknown): boolean {
  let at = tree;
  for (let index = 0; index < steps.length - 1; index += 1) {
    const step = steps[index]!;
    if (!Object.hasOwn(at, step)) at[step] = {};
    const next = at[step];
    if (!isMap(next)) return false;
    at = next as Record<string, unknown>;
  }
  const last = steps.at(-1)!;
  if (Object.hasOwn(at, last)) return false;
  // A copy of an empty map, since others may be planted into it.
  at[last] = isMap(value) ? {} : value;
  return true;
}

/** Freezes maps and lists all the way down. */
export function freezeDeep<T>(value: T): T {
  if ((Array.isArray(value) || isMap(value)) && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value as object)) freezeDeep(inner);
  }
  return value;
}

/** Whether two values of configuration say the same. */
export function sameValue(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (Array.isArray(left)) {
    return Array.isArray(right) && left.length === right.length && left.every((item, i) => sameValue(item, right[i]));
  }
  if (!isMap(left) || !isMap(right)) return false;
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every((name) => Object.hasOwn(right, name) && sameValue(left[name], right[name]));
}
