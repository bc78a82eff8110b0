import { coreError } from '../errors/index.js';
import { caselessSteps, declaredSchema, isDeclared, isValueAt } from './fit/declared-keys.js';
import { isStray } from './fit/is-stray.js';
import { mayBeMap, requireSupported } from './fit/schema-node.js';
import { fillKey, isWithin, matchHead } from './keys.js';
import type { Section } from './section.js';

/** A section, or one name of a section with `*`: the unit that is accepted or refused. */
export interface SectionPart {
  readonly section: Section<unknown>;
  /** The section's key with the name put in. */
  readonly prefix: string;
}

interface Declared {
  readonly section: Section<unknown>;
  readonly steps: readonly string[];
}

interface Alias {
  readonly section: Section<unknown>;
  readonly steps: readonly string[];
  readonly target: string;
  /** Its place among those of its section. */
  readonly rank: number;
}

/** A key that another spelling stands for. */
export interface AliasTarget {
  readonly key: string;
  /** Of several spellings of one key, that of the lowest rank wins: the order in which the section declares them. */
  readonly rank: number;
}

/** Which section a key belongs to, and what other spellings mean. */
export class SectionIndex {
  readonly #byKey = new Map<string, Section<unknown>>();
  /** The longest key first, a name before a `*`: a section inside another one owns its keys. */
  #declared: Declared[] = [];
  #aliases: Alias[] = [];
  /** By the first two steps of a key: the sections and aliases that it may be of. Two, since all of ours begin with the same one. */
  readonly #near = new Map<string, Declared[]>();
  readonly #nearAliases = new Map<string, Alias[]>();
  /** The first steps of both: what most variables of an environment do not begin with. */
  readonly #roots = new Set<string>();
  readonly #aliasRoots = new Set<string>();

  constructor(sections: readonly Section<unknown>[]) {
    for (const section of sections) this.add(section);
  }

  get sections(): Iterable<Section<unknown>> {
    return this.#byKey.values();
  }

  has(section: Section<unknown>): boolean {
    return this.#byKey.get(section.key) === section;
  }

  /**
   * @throws ChassisError `CONFIG_INVALID` when another section has the key
   * @throws ChassisError `SCHEMA_INVALID` when the schema says something that is not checked
   */
  add(section: Section<unknown>): void {
    if (this.has(section)) return;
    if (this.#byKey.has(section.key)) {
      throw coreError('CONFIG_INVALID', `two sections are declared for the key ${section.key}; expected one`);
    }
    requireSupported(section.key, section.schema);
    this.#byKey.set(section.key, section);
    this.#near.clear();
    this.#nearAliases.clear();
    this.#declared = [...this.#declared, { section, steps: section.key.split('.') }].sort(
      (a, b) => b.steps.length - a.steps.length || stars(a.steps) - stars(b.steps),
    );
    this.#roots.add(rootOf(section.key).toLowerCase());
    for (const alias of Object.keys(section.aliases ?? {})) this.#aliasRoots.add(rootOf(alias));
    const aliases = Object.entries(section.aliases ?? {}).map(([key, target], rank) => ({
      section,
      steps: key.split('.'),
      target,
      rank,
    }));
    this.#aliases = [...this.#aliases, ...aliases].sort((a, b) => b.steps.length - a.steps.length);
  }

  /** The section a key belongs to. */
  locate(key: string): SectionPart | undefined {
    if (!this.#roots.has(rootOf(key).toLowerCase())) return undefined;
    const steps = key.split('.');
    for (const { section, steps: pattern } of nearby(this.#near, this.#declared, steps)) {
      const match = matchHead(pattern, steps);
      if (match) return { section, prefix: steps.slice(0, pattern.length).join('.') };
    }
    return undefined;
  }

  /** Whether a key is, or lies around, a section that is a map. */
  isMap(key: string): boolean {
    const part = this.locate(key);
    return part ? part.prefix === key && mayBeMap(part.section.schema) : this.surrounds(key);
  }

  /** Whether sections lie below a key, which has to be a map then. */
  surrounds(key: string): boolean {
    if (!this.#roots.has(rootOf(key).toLowerCase())) return false;
    const steps = key.split('.');
    return this.#declared.some(
      ({ steps: pattern }) =>
        pattern.length > steps.length &&
        steps.every((step, index) => pattern[index] === '*' || pattern[index] === step),
    );
  }

  /** The keys that an alias stands for, one a section at most: the longest that fits. */
  targets(key: string): readonly AliasTarget[] {
    if (!this.#aliasRoots.has(rootOf(key)) && !this.#aliasRoots.has('*')) return [];
    const steps = key.split('.');
    const found = new Map<Section<unknown>, AliasTarget>();
    for (const { section, steps: pattern, target, rank } of nearby(this.#nearAliases, this.#aliases, steps)) {
      if (found.has(section)) continue;
      const match = matchHead(pattern, steps);
      if (match) found.set(section, { key: [fillKey(target, match.captured), ...match.rest].join('.'), rank });
    }
    return [...found.values()];
  }

  /** The declared key that differs from this one in case only. */
  spelling(key: string): string | undefined {
    if (!this.#roots.has(rootOf(key).toLowerCase())) return undefined;
    const steps = key.split('.');
    const lower = steps.map((step) => step.toLowerCase());
    for (const { section, steps: pattern } of this.#declared) {
      const match = matchHead(
        pattern.map((step) => step.toLowerCase()),
        lower,
      );
      if (!match) continue;
      const rest = caselessSteps(section.schema, match.rest);
      if (rest && isValueAt(section.schema, rest)) return [fillKey(section.key, match.captured), ...rest].join('.');
    }
    return undefined;
  }

  /** Whether the value of a key stands where its section wants maps only: the key is unknown, though its place is not. */
  isStray(key: string, value: unknown): boolean {
    const part = this.locate(key);
    if (!part || key.length <= part.prefix.length) return false;
    const { schema } = part.section;
    const declared = declaredSchema(schema, key.slice(part.prefix.length + 1).split('.'));
    return declared !== undefined && isStray(schema, declared, value);
  }

  /** Whether a section declares a key or leaves its names free. */
  declares(key: string): boolean {
    const part = this.locate(key);
    if (!part) return false;
    const rest = key.slice(part.prefix.length + 1);
    return rest === '' || isDeclared(part.section.schema, rest.split('.'));
  }

  /** Whether anything at all below a prefix is declared, or another spelling of what is. */
  reads(prefix: string): boolean {
    const all = [
      ...this.#byKey.keys(),
      ...[...this.#byKey.values()].flatMap(({ aliases = {} }) => Object.keys(aliases)),
    ];
    return all.some((key) => isWithin(key, prefix));
  }

  /** Whether a key is accepted for the sake of go-chassis's files and read by nobody. */
  isUnused(key: string): boolean {
    const part = this.locate(key);
    if (!part || key.length <= part.prefix.length) return false;
    const steps = key.slice(part.prefix.length + 1).split('.');
    const at = (_step: string, index: number): unknown =>
      declaredSchema(part.section.schema, steps.slice(0, index + 1))?.['x-unused'];
    return steps.map(at).includes(true);
  }
}

/** Of many patterns, in their order, those whose first two steps may be those of a key. */
function nearby<T extends { readonly steps: readonly string[] }>(
  known: Map<string, T[]>,
  all: readonly T[],
  [first = '', second]: readonly string[],
): readonly T[] {
  const head = second === undefined ? first : `${first}.${second}`;
  let near = known.get(head);
  if (!near) {
    near = all.filter(
      ({ steps: [one, two] }) => (one === '*' || one === first) && (two === undefined || two === '*' || two === second),
    );
    // names of one's own may stand there too
    if (known.size >= 1000) known.clear();
    known.set(head, near);
  }
  return near;
}

function rootOf(key: string): string {
  const end = key.indexOf('.');
  return end < 0 ? key : key.slice(0, end);
}

function stars(steps: readonly string[]): number {
  return steps.filter((step) => step === '*').length;
}
