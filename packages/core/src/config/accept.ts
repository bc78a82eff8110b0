import { fitting, show, type ConfigFault } from './fit/fit.js';
import { mayBeMap } from './fit/schema-node.js';
import { below, isWithin } from './keys.js';
import {
  flattened,
  freezing,
  isMap,
  placeInText,
  placeOf,
  plantingTree,
  sameValue,
  type Leaf,
  type Leaves,
  type Unread,
} from './leaves.js';
import { SecretKeys } from './secret-keys.js';
import type { SectionIndex, SectionPart } from './section-index.js';
import type { Section } from './section.js';
import type { Steps } from './steps.js';

/** A section of a source that does not fit its schema. */
export interface Refusal {
  readonly part: SectionPart;
  readonly faults: readonly PlacedFault[];
}

/** A fault and where it stands. */
export interface PlacedFault extends ConfigFault {
  readonly place: string;
  /** The key as it is written there, where that is another spelling. */
  readonly written?: string;
}

/** A fault with where it stands and how its key is spelled there. */
export function placed(leaves: Leaves, fault: ConfigFault): PlacedFault {
  const written = spelling(leaves, fault.key);
  return { ...fault, place: placeIn(leaves, fault.key, fault.line), ...(written !== undefined && { written }) };
}

/** How a source spells a key that it has under another name; a variable's name is its place already. */
function spelling(leaves: Leaves, key: string): string | undefined {
  for (let at = key; at !== ''; at = around(at)) {
    const leaf = leaves.get(at);
    if (leaf) return leaf.key === at || leaf.layer.caseless ? undefined : leaf.key + key.slice(at.length);
  }
  return undefined;
}

/** What a key or an item of a list lies in. */
function around(key: string): string {
  return key.slice(0, Math.max(0, key.lastIndexOf('.'), key.lastIndexOf('[')));
}

/** What is taken of a source: every section that fits, and of the others what was taken before. */
export interface Acceptance {
  readonly leaves: Leaves;
  readonly refusals: readonly Refusal[];
}

/**
 * Checks what one source says, section by section, and turns values into their declared types.
 *
 * @param offered - all that the source holds now
 * @param previous - what was taken of it before
 */
export function* accepting(offered: Leaves, previous: Leaves, index: SectionIndex): Steps<Acceptance> {
  const { groups, free } = yield* bySection(offered, index);
  const leaves = new Map<string, Leaf>(free);
  const refusals: Refusal[] = [];
  for (const { part, held, encrypted } of groups) {
    const result = encrypted ? yield* fitEncrypted(part, held) : yield* fitPart(part, held);
    if (Array.isArray(result)) {
      refusals.push({ part, faults: result });
      for (const [key, leaf] of heldBy(previous, part, index)) leaves.set(key, leaf);
    } else for (const [key, leaf] of result as Leaves) leaves.set(key, leaf);
    yield;
  }
  const told = new Set(refusals.flatMap(({ faults }) => faults.map(({ place }) => place)));
  for (const [key, leaf] of free) {
    const wrong = leaf.unread ?? standsOver(key, leaf, index);
    if (!wrong) continue;
    leaves.delete(key);
    const before = previous.get(key);
    if (before) leaves.set(key, before);
    // an empty value of YAML says nothing, and a variable of that name may be anybody's
    if (!leaf.unread && (leaf.value === null || leaf.layer.caseless)) continue;
    const fault = placed(free, { key, ...wrong });
    // a variable is read under two names
    if (!told.has(fault.place)) refusals.push({ part: { section: FREE, prefix: key }, faults: [fault] });
    told.add(fault.place);
  }
  return { leaves, refusals };
}

/** What is wrong with a value that stands where sections lie below: it would hide them, those of all weaker sources too. */
function standsOver(key: string, { value, secret }: Leaf, index: SectionIndex): Unread | undefined {
  if (isMap(value) || !index.surrounds(key)) return undefined;
  return { expected: 'a map', got: show(key, value, secret) };
}

/** What stands below no section. */
const FREE: Section<unknown> = { key: '', schema: {}, live: true };

/** The leaves of a section, without those of sections inside it. */
export function heldBy(leaves: Leaves, part: SectionPart, index: SectionIndex): Map<string, Leaf> {
  const held = new Map<string, Leaf>();
  for (const [key, leaf] of leaves) {
    if (isWithin(key, part.prefix) && index.locate(key)?.section === part.section) held.set(key, leaf);
  }
  return held;
}

/** The same leaves but, of one section, those of `previous`. */
export function keepSection(
  leaves: Leaves,
  previous: Leaves,
  at: { readonly part: SectionPart; readonly index: SectionIndex },
): Leaves {
  const kept = new Map(leaves);
  for (const key of heldBy(leaves, at.part, at.index).keys()) kept.delete(key);
  for (const [key, leaf] of heldBy(previous, at.part, at.index)) kept.set(key, leaf);
  return kept;
}

/** The same leaves but, of all that lies within a key, those of `previous`. */
export function keepWithin(leaves: Leaves, previous: Leaves, prefix: string): Leaves {
  const kept = new Map(leaves);
  for (const key of leaves.keys()) if (isWithin(key, prefix)) kept.delete(key);
  for (const [key, leaf] of previous) if (isWithin(key, prefix)) kept.set(key, leaf);
  return kept;
}

/** The sections that differ and are not live. */
export function* changedAtRest(before: Leaves, after: Leaves, index: SectionIndex): Steps<readonly SectionPart[]> {
  const parts = new Map<string, SectionPart>();
  for (const key of [...before.keys(), ...after.keys()]) {
    yield;
    if (sameValue(before.get(key)?.value, after.get(key)?.value)) continue;
    const part = index.locate(key);
    if (part && !part.section.live) parts.set(`${part.section.key} ${part.prefix}`, part);
  }
  return [...parts.values()];
}

interface Group {
  readonly part: SectionPart;
  readonly held: Map<string, Leaf>;
  /** Something of it was encrypted. */
  encrypted: boolean;
}

function* bySection(leaves: Leaves, index: SectionIndex): Steps<{ groups: Iterable<Group>; free: Map<string, Leaf> }> {
  const groups = new Map<string, Group>();
  const free = new Map<string, Leaf>();
  for (const [key, leaf] of leaves) {
    yield;
    const part = index.locate(key);
    if (!part) {
      free.set(key, leaf);
      continue;
    }
    const id = `${part.section.key} ${part.prefix}`;
    let group = groups.get(id);
    if (!group) groups.set(id, (group = { part, held: new Map(), encrypted: false }));
    group.held.set(key, leaf);
    group.encrypted ||= leaf.secret === true;
  }
  return { groups: groups.values(), free };
}

/** As `fitPart`, for a section of which something was encrypted. */
function* fitEncrypted(part: SectionPart, held: Leaves): Steps<Leaves | PlacedFault[]> {
  const secrets = new SecretKeys();
  const unread: PlacedFault[] = [];
  for (const [key, leaf] of held) {
    if (leaf.secret) secrets.add(key);
    if (leaf.unread) unread.push(placed(held, { key, ...leaf.unread }));
  }
  if (unread.length > 0) return unread;
  const fitted = yield* fitPart(part, held, secrets);
  if (Array.isArray(fitted)) return fitted;
  const marked = new Map<string, Leaf>();
  for (const [key, leaf] of fitted as Leaves) {
    marked.set(key, secrets.covers(key) ? { ...leaf, secret: true } : leaf);
    yield;
  }
  return marked;
}

/** The leaves of a section with declared types, or what is wrong with them. */
function* fitPart(part: SectionPart, held: Leaves, secrets?: SecretKeys): Steps<Leaves | PlacedFault[]> {
  const { prefix } = part;
  const inner = [...held].filter(([key]) => key !== prefix);
  const tree = yield* plantingTree(inner.map(([key, leaf]) => [below(key, prefix), leaf.value]));
  const { value: fitted, faults } = yield* fitting(
    part.section.schema,
    inner.length > 0 ? tree : held.get(prefix)?.value,
    { key: prefix, partial: true, written: (key) => writtenAs(held, key), ...(secrets && { secrets }) },
  );
  const beside = inner.length > 0 ? besideInner(part, held) : undefined;
  if (beside) return [placed(held, beside)];
  if (faults.length > 0) return faults.map((fault) => placed(held, fault));
  const result = new Map<string, Leaf>();
  for (const [key, value] of flattened(fitted, prefix)) {
    const leaf = nearest(held, key);
    if (leaf) result.set(key, { ...leaf, value: yield* freezing(value) });
    yield;
  }
  return yield* withUnknown(result, held);
}

/** What is wrong with a value that a source gives a section beside values of keys below it: only one of them can be read. */
function besideInner({ prefix, section }: SectionPart, held: Leaves): ConfigFault | undefined {
  const leaf = held.get(prefix);
  if (!leaf || leaf.value === null || leaf.layer.caseless || isMap(leaf.value)) return undefined;
  if (!mayBeMap(section.schema)) return undefined;
  const got = show(prefix, leaf.value, leaf.secret);
  return { key: prefix, expected: 'a map, as keys below it have values', got };
}

function writtenAs(held: Leaves, key: string): string | undefined {
  const list = key.indexOf('[');
  const [name, item] = list < 0 ? [key, ''] : [key.slice(0, list), key.slice(list)];
  const leaf = held.get(name);
  return leaf?.secret ? undefined : leaf?.layer.written?.(leaf.key + item);
}

/** Names that the schema does not know are not fitted, and stay readable as they are. */
function* withUnknown(fitted: Map<string, Leaf>, held: Leaves): Steps<Leaves> {
  let around: Set<string> | undefined;
  const known = new Set(fitted.keys());
  for (const [key, leaf] of held) {
    yield;
    if (known.has(key)) continue;
    around ??= outerKeys(known);
    if (around.has(key) || liesInValue(fitted, known, key)) continue;
    fitted.set(key, leaf);
  }
  return fitted;
}

/** Every key around these. */
function outerKeys(keys: Iterable<string>): Set<string> {
  const around = new Set<string>();
  for (const key of keys) {
    for (let at = outer(key); at !== '' && !around.has(at); at = outer(at)) around.add(at);
  }
  return around;
}

/** Whether something around a key was fitted as a value, which has taken the key into it. */
function liesInValue(fitted: Leaves, known: ReadonlySet<string>, key: string): boolean {
  for (let at = outer(key); at !== ''; at = outer(at)) {
    if (known.has(at) && !isMap(fitted.get(at)!.value)) return true;
  }
  return false;
}

function outer(key: string): string {
  return key.slice(0, Math.max(0, key.lastIndexOf('.')));
}

/**
 * Where a key stands, or the nearest thing around it that stands somewhere.
 *
 * @param line - in the text that the key is or lies in
 */
export function placeIn(leaves: Leaves, key: string, line?: number): string {
  if (line !== undefined) {
    const leaf = holding(leaves, key);
    if (leaf && typeof leaf.value === 'string') return placeInText(leaf, line);
  }
  const list = /\[\d+\].*$/.exec(key);
  const leaf = list ? leaves.get(key.slice(0, list.index)) : undefined;
  if (leaf) return placeOf(leaf, list![0]);
  const parent = outer(key);
  const near = nearest(leaves, key) ?? (parent === '' ? undefined : nearest(leaves, parent));
  return near ? placeOf(near) : '';
}

/** The leaf that a key or item is or lies in. */
function holding(leaves: Leaves, key: string): Leaf | undefined {
  for (let at = key; at !== ''; at = around(at)) {
    const leaf = leaves.get(at);
    if (leaf) return leaf;
  }
  return undefined;
}

function nearest(leaves: Leaves, key: string): Leaf | undefined {
  for (let at = key; at !== ''; at = outer(at)) {
    const leaf = leaves.get(at);
    if (leaf) return leaf;
  }
  for (const [other, leaf] of leaves) if (isWithin(other, key)) return leaf;
  return undefined;
}
