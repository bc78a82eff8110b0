import { NO_TEXTS, type DecryptedTexts } from './decrypted-texts.js';
import type { Layer } from './source.js';
import { joinKey } from './keys.js';
import type { Steps } from './steps.js';

/** One value that is not a map with something in it, and the layer that says it. */
export interface Leaf {
  readonly value: unknown;
  readonly layer: Layer;
  /** As the layer spells it. */
  readonly key: string;
  /** It, or something in it, was encrypted: it must not be shown. */
  readonly secret?: true;
  /** It cannot be decrypted, and so is not taken. */
  readonly unread?: Unread;
}

/** Why a leaf has no value. */
export interface Unread {
  readonly expected: string;
  readonly got: string;
}

/** Where a leaf stands, or an item of it (`[0]`). */
export function placeOf(leaf: Leaf, item = ''): string {
  return leaf.layer.place(leaf.key + item);
}

/** Where a line of a leaf's text stands. */
export function placeInText(leaf: Leaf, line: number): string {
  const place = placeOf(leaf);
  // the lines of what was encrypted are none of the file
  const first = leaf.secret ? undefined : leaf.layer.textLine?.(leaf.key);
  return first === undefined ? `${place}, line ${line} of the text` : place.replace(/:\d+$/, `:${first + line - 1}`);
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

/** The leaves of a layer, decrypted where its texts are given. */
export function* readingLeaves(layer: Layer, texts = NO_TEXTS): Steps<Map<string, Leaf>> {
  const leaves = new Map<string, Leaf>();
  for (const [key, value] of flattened(layer.values)) {
    if (!leaves.has(key)) {
      const leaf = { value: yield* copying(value), layer, key };
      leaves.set(key, texts.size > 0 ? decryptedLeaf(leaf, texts) : leaf);
    }
    yield;
  }
  return leaves;
}

function decryptedLeaf(leaf: Leaf, texts: DecryptedTexts): Leaf {
  const decrypted = decryptedValue(leaf.value, texts);
  if (decrypted === undefined) return leaf;
  return { ...leaf, secret: true, ...('value' in decrypted ? decrypted : { unread: decrypted }) };
}

/** What a value is in clear; undefined where nothing in it is encrypted. */
function decryptedValue(value: unknown, texts: DecryptedTexts): { readonly value: unknown } | Unread | undefined {
  if (typeof value === 'string') {
    const decrypted = texts.get(value);
    return decrypted && 'text' in decrypted ? { value: decrypted.text } : decrypted;
  }
  if (!isTree(value)) return undefined;
  const changed = new Map<string, unknown>();
  for (const [name, inner] of Object.entries(value)) {
    const decrypted = decryptedValue(inner, texts);
    if (decrypted && !('value' in decrypted)) return decrypted;
    if (decrypted) changed.set(name, decrypted.value);
  }
  if (changed.size === 0) return undefined;
  const copy = Array.isArray(value) ? [...(value as readonly unknown[])] : { ...value };
  return { value: Object.freeze(Object.assign(copy, Object.fromEntries(changed))) };
}

/** As `flatten`, one leaf after the other. */
export function* flattened(tree: unknown, prefix = ''): Generator<readonly [key: string, value: unknown], void, void> {
  if (prefix !== '' && (!isMap(tree) || Object.keys(tree).length === 0)) return yield [prefix, tree];
  if (!isMap(tree)) return;
  for (const name of Object.keys(tree)) {
    if (name.split('.').includes('__proto__')) continue;
    const value = tree[name];
    if (isMap(value)) yield* flattened(value, joinKey(prefix, name));
    else yield [joinKey(prefix, name), value];
  }
}

/** A frozen copy down to what is neither map nor list: the giver's own must not be frozen. */
function* copying(value: unknown): Steps<unknown> {
  if (!isTree(value)) return value;
  yield;
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    for (const item of value as readonly unknown[]) list.push(isTree(item) ? yield* copying(item) : item);
    return Object.freeze(list);
  }
  const copy: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    if (name !== '__proto__') copy[name] = isTree(inner) ? yield* copying(inner) : inner;
  }
  return Object.freeze(copy);
}

/** Whether a value is a map or a list. */
export function isTree(value: unknown): value is object {
  return Array.isArray(value) || isMap(value);
}

/** A tree out of leaves that are below a prefix; of what contradicts (`a` and `a.b`) the first given stays. */
export function* plantingTree(leaves: Iterable<readonly [string, unknown]>): Steps<Readonly<Record<string, unknown>>> {
  const tree: Record<string, unknown> = {};
  for (const [key, value] of leaves) {
    plant(tree, key.split('.'), value);
    yield;
  }
  return tree;
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
export function* freezing<T>(value: T): Steps<T> {
  if (isTree(value) && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value as object)) if (isTree(inner)) yield* freezing(inner);
    yield;
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
