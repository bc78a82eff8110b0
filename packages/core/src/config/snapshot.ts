import type { ConfigChange, Origin } from './config.js';
import { fitting } from './fit/fit.js';
import { placed, type PlacedFault } from './accept.js';
import { fillKey, isWithin } from './keys.js';
import { freezing, isMap, placeOf, plant, sameValue, type Leaf, type Leaves } from './leaves.js';
import { SecretKeys } from './secret-keys.js';
import { REDACTED } from '../security/redact-text.js';
import type { Section, SectionFault } from './section.js';
import type { SectionIndex, SectionPart } from './section-index.js';
import { finish, type Steps } from './steps.js';

/** What is taken of one source. */
export interface SourceLeaves {
  readonly name: string;
  readonly leaves: Leaves;
}

interface MergedLeaf extends Leaf {
  readonly source: string;
}

/** A section that its sources together do not make whole. */
export interface PartFaults {
  readonly part: SectionPart;
  readonly faults: readonly PlacedFault[];
}

/**
 * All sources in layers, frozen: for each leaf the first source that has it counts; maps join, lists and scalars do not. The values of
 * sections are made once, and handed on from snapshot to snapshot while nothing below them changes.
 */
export class Snapshot {
  readonly leaves: ReadonlyMap<string, MergedLeaf>;
  readonly #tree: Readonly<Record<string, unknown>>;
  readonly #values = new Map<string, unknown>();
  readonly #secrets = new SecretKeys();
  /** What the snapshot before this one made of its sections; forgotten when every section has its value. */
  #before: ReadonlyMap<string, unknown> | undefined;

  private constructor(
    merged: Map<string, MergedLeaf>,
    tree: Readonly<Record<string, unknown>>,
    private readonly index: SectionIndex,
  ) {
    this.leaves = merged;
    this.#tree = tree;
  }

  /** @param sources - the most important first */
  static *making(sources: readonly SourceLeaves[], index: SectionIndex, previous?: Snapshot): Steps<Snapshot> {
    const merged = new Map<string, MergedLeaf>();
    const tree: Record<string, unknown> = {};
    for (const { name, leaves } of sources) {
      for (const [key, leaf] of leaves) {
        if (plant(tree, key.split('.'), leaf.value)) merged.set(key, { ...leaf, source: name });
        yield;
      }
    }
    yield* freezing(tree);
    const snapshot = new Snapshot(merged, tree, index);
    for (const [key, { value, secret }] of merged) {
      if (secret) snapshot.#secrets.add(key);
      // An empty map that another source fills is none.
      if (isMap(value) && Object.keys(snapshot.#inTree(key) as object).length > 0) merged.delete(key);
    }
    if (previous) yield* snapshot.#inherit(previous);
    return snapshot;
  }

  raw(key: string): unknown {
    const leaf = this.leaves.get(key);
    return leaf ? leaf.value : this.#inTree(key);
  }

  #inTree(key: string): unknown {
    let at: unknown = this.#tree;
    for (const step of key.split('.')) {
      if (!isMap(at) || !Object.hasOwn(at, step)) return undefined;
      at = at[step];
    }
    return at;
  }

  origin(key: string): Origin | undefined {
    const leaf = this.leaves.get(key);
    return leaf && { source: leaf.source, place: placeOf(leaf), ...(leaf.secret && { secret: true }) };
  }

  /** Whether a key, something around it or something in it was encrypted. */
  isSecret(key: string): boolean {
    return this.#secrets.covers(key);
  }

  /** The names that a section with `*` has. */
  names(section: Section<unknown>): readonly string[] {
    const parent = this.raw(section.key.replace(/\.\*.*$/, ''));
    return isMap(parent) ? Object.keys(parent) : [];
  }

  /** The value of a section, made when it is first asked for; undefined with faults. */
  value(part: SectionPart, faults: PlacedFault[]): unknown {
    return finish(this.valueSteps(part, faults));
  }

  *valueSteps(part: SectionPart, faults: PlacedFault[]): Steps<unknown> {
    const id = idOf(part);
    if (this.#values.has(id)) return this.#values.get(id);
    const { section, prefix } = part;
    const result = yield* fitting(section.schema, this.raw(prefix), {
      ...{ key: prefix, partial: false, secrets: this.#secrets },
    });
    const wrong = [...result.faults];
    let value: unknown = wrong.length > 0 ? undefined : yield* freezing(result.value);
    if (wrong.length === 0 && section.read) {
      const made = section.read(
        value as never,
        prefix,
        (fault) => wrong.push(this.#redacted(fault)),
        this.#before?.get(id),
      );
      value = isSteps(made) ? yield* made : made;
    }
    if (wrong.length > 0) {
      for (const fault of wrong) faults.push(placed(this.leaves, fault));
      return undefined;
    }
    this.#values.set(id, value);
    return value;
  }

  /** Whoever reads a section says what came, and does not know that it was encrypted. */
  #redacted(fault: SectionFault): SectionFault {
    return this.isSecret(fault.key) ? { ...fault, got: REDACTED } : fault;
  }

  /** Makes the value of every section and tells which cannot be made. */
  *faults(): Steps<readonly PartFaults[]> {
    const found: PartFaults[] = [];
    for (const part of this.parts()) {
      const faults: PlacedFault[] = [];
      yield* this.valueSteps(part, faults);
      if (faults.length > 0) found.push({ part, faults });
      yield;
    }
    if (found.length === 0) this.#before = undefined;
    return found;
  }

  /** Every section there is a value of. */
  parts(): readonly SectionPart[] {
    return [...this.index.sections].flatMap((section) =>
      section.key.includes('.*')
        ? this.names(section).map((name) => ({ section, prefix: fillKey(section.key, [name]) }))
        : [{ section, prefix: section.key }],
    );
  }

  /** The sections whose value here is not that of another snapshot, by key with the name put in; both must have been asked for faults. */
  *changedSections(before: Snapshot): Steps<readonly string[]> {
    const changed = new Map<string, string>();
    for (const snapshot of [before, this]) {
      for (const part of snapshot.parts()) {
        yield;
        const id = idOf(part);
        if (!changed.has(id) && !sameValue(before.#values.get(id), this.#values.get(id))) changed.set(id, part.prefix);
      }
    }
    return [...changed.values()];
  }

  /** What differs from another snapshot, in the order of the keys. */
  *changesSince(before: Snapshot): Steps<readonly ConfigChange[]> {
    const changes: ConfigChange[] = [];
    for (const [key, leaf] of this.leaves) {
      yield;
      const old = before.leaves.get(key);
      if (old && sameValue(old.value, leaf.value)) continue;
      const kind = old ? 'updated' : 'created';
      changes.push({ key, kind, before: old?.value, after: leaf.value, source: leaf.source });
    }
    for (const [key, { value, source }] of before.leaves) {
      yield;
      if (!this.leaves.has(key)) changes.push({ key, kind: 'deleted', before: value, after: undefined, source });
    }
    return changes.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** Takes over the values of sections below which nothing differs. */
  *#inherit(previous: Snapshot): Steps {
    this.#before = previous.#values;
    for (const part of this.parts()) {
      yield;
      const id = idOf(part);
      if (previous.#values.has(id) && sameValue(previous.raw(part.prefix), this.raw(part.prefix))) {
        this.#values.set(id, previous.#values.get(id));
      }
    }
  }
}

/** Whether a reader of a section wants to be run in steps. */
function isSteps(made: unknown): made is Steps<unknown> {
  return Object.prototype.toString.call(made) === '[object Generator]';
}

function idOf({ section, prefix }: SectionPart): string {
  return `${section.key} ${prefix}`;
}

/** A section's key with the name put in. */
export function partOf(section: Section<unknown>, name: string | undefined): SectionPart {
  return { section, prefix: name === undefined ? section.key : fillKey(section.key, [name]) };
}

/** Whether a key was blamed by name: itself, something around it, or the names of a section. */
export function isBlamed(key: string, blamed: Iterable<string>): boolean {
  for (const name of blamed) if (isWithin(key, name.replace(/\.\*$/, ''))) return true;
  return false;
}
