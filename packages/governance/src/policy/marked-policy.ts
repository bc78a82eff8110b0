import { checkValue, defineSection, nearestName, type Section, type SectionFault } from '@ts-chassis/core';
import type { Contradiction, GovernancePolicy } from './define-policy.js';
import { ConfiguredRule, isMap, keyOf } from './configured-rule.js';
import { NamedPolicies } from './named-policies.js';

/**
 * The fields that each mark has.
 *
 * @example
 * ```ts
 * const fields = invocation.mark === undefined ? undefined : policies.get(invocation.mark);
 * ```
 */
export type MarkedPolicies<T> = ReadonlyMap<string, Partial<T>>;

/**
 * How policies by mark are written.
 *
 * @example
 * ```ts
 * const options: MarkedOptions = { key: 'servicecomb.rateLimiting', rename: { limitRefreshPeriod: 'periodMs', limitForPeriod: 'rate' } };
 * ```
 */
export interface MarkedOptions {
  /** Where they stand; the next step is the policy's name. */
  readonly key: string;
  readonly description?: string;
  /** Fields by other names; those taken for an empty name have no effect. */
  readonly rename?: Readonly<Record<string, string>>;
  /** Brings what one policy says into the form of the kind's fields, before anything is renamed or checked. Must have no effects. */
  convert?(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** What the checked fields of one policy lack together: the dotted name of a field, and what is expected of it. */
  missing?(fields: Readonly<Record<string, unknown>>): Contradiction | undefined;
}

interface Entry<T> {
  readonly name: string;
  readonly marks: readonly string[];
  readonly precedence: number;
  readonly fields: Partial<T>;
  /** Whether it says for which services it is. */
  readonly services: boolean;
}

/** Java's durations are those of ISO 8601 without their beginning. */
const ISO_DURATION = /^\s*(?:PT)?((?:\d+(?:\.\d+)?[HMS])+)\s*$/i;
/** Says which mark a policy is for, or something of the policy as a whole. */
const ABOUT = new Set(['match', 'rules', 'name', 'services', 'order', 'precedence']);

/**
 * A section of policies by mark, after the governance specification of ServiceComb: `{key}.{name}` holds YAML text or a map with the fields of the
 * kind, and `match` (also `rules.match`; a name, or several with commas), without which it is for the mark it is called like. Of two for one mark the one
 * with the higher `precedence` (or `rules.precedence`) counts, then the first by name.
 *
 * @param kind - whose fields are meant; they are checked by its schema, and durations come out as milliseconds
 *
 * @example
 * ```ts
 * const Marked = defineMarked(Sampling, { key: 'servicecomb.sampling' });
 * const bySection = context.section(Marked);
 * ```
 */
export function defineMarked<T extends object>(
  kind: GovernancePolicy<T>,
  options: MarkedOptions,
): Section<MarkedPolicies<T>> {
  const reader = new MarkedReader(kind, options);
  return defineSection<MarkedPolicies<T>>({
    key: options.key,
    live: true,
    description: options.description ?? `Policies of the kind \`${kind.name}\` by mark: YAML text or a map for each.`,
    schema: { type: 'object', additionalProperties: true },
    read: (values: Readonly<Record<string, unknown>>, key, refuse) => reader.reading(values, key, refuse),
  });
}

class MarkedReader<T extends object> {
  constructor(
    private readonly kind: GovernancePolicy<T>,
    private readonly options: MarkedOptions,
  ) {}

  *reading(
    values: Readonly<Record<string, unknown>>,
    key: string,
    refuse: (fault: SectionFault) => void,
  ): Generator<void, MarkedPolicies<T>, void> {
    const entries: Entry<T>[] = [];
    for (const [name, raw] of Object.entries(values)) {
      yield;
      if (raw === null || raw === undefined) continue;
      const rule = ConfiguredRule.read(`${key}.${name}`, raw, refuse);
      const entry = rule && this.#entry(name, rule);
      if (entry) entries.push(entry);
    }
    entries.sort((a, b) => b.precedence - a.precedence || (a.name < b.name ? -1 : 1));
    const policies = new NamedPolicies<T>();
    for (const { name, marks, fields, services } of entries) {
      for (const mark of marks) policies.add(mark, fields, `${key}.${name}`);
      if (services) policies.note(`${key}.${name}.services has no effect: say it of the rule that gives the mark`);
    }
    return policies;
  }

  #entry(name: string, rule: ConfiguredRule): Entry<T> | undefined {
    const { value } = rule;
    if (!isMap(value)) {
      rule.refuse([], 'a map, or YAML text that holds one', value);
      return undefined;
    }
    const rules = isMap(value['rules']) ? value['rules'] : {};
    const precedence = Number(value['precedence'] ?? rules['precedence'] ?? 0);
    if (!Number.isFinite(precedence)) rule.refuse(['precedence'], 'a number', value['precedence']);
    const match = value['match'] ?? rules['match'] ?? name;
    const services = isSaid(value['services']) || isSaid(rules['services']);
    return { name, precedence, services, marks: marksOf(match), fields: this.#fields(rule, value) };
  }

  #fields(rule: ConfiguredRule, value: Readonly<Record<string, unknown>>): Partial<T> {
    const fields: Record<string, unknown> = {};
    for (const [written, given] of Object.entries(this.options.convert?.(value) ?? value)) {
      const field = this.#fieldOf(written);
      if (field === '' || given === null || given === undefined) continue;
      if (field === undefined) {
        if (!ABOUT.has(written)) this.#unknown(rule, written, given);
        continue;
      }
      const schema = this.kind.schema[field];
      const result = checkValue(schema, inOurWords(schema, given), keyOf(rule.key, [written]));
      for (const fault of result.faults) rule.forward([written], fault);
      // its own name wins over another one
      if (written === field || !(field in fields)) fields[field] = result.value;
    }
    const missing = this.options.missing?.(fields);
    if (missing) rule.refuse(missing.field.split('.'), missing.expected, missing.got);
    return Object.freeze(fields) as Partial<T>;
  }

  /** The field that a name stands for: undefined for none, empty for one without effect. */
  #fieldOf(written: string): '' | (keyof T & string) | undefined {
    if (Object.hasOwn(this.kind.schema, written)) return written as keyof T & string;
    const { rename = {} } = this.options;
    return Object.hasOwn(rename, written) ? (rename[written] as '' | (keyof T & string)) : undefined;
  }

  /** What other implementations know and this kind does not is left alone, what looks like a slip is not. */
  #unknown(rule: ConfiguredRule, written: string, given: unknown): void {
    const meant = nearestName(written, [...Object.keys(this.kind.schema), ...Object.keys(this.options.rename ?? {})]);
    if (meant !== undefined) rule.refuse([written], `a known field (did you mean ${meant}?)`, given);
  }
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function marksOf(match: unknown): readonly string[] {
  const names = Array.isArray(match) ? match : String(match).split(',');
  return names.map((name) => String(name).trim()).filter((name) => name !== '');
}

function inOurWords(schema: Readonly<Record<string, unknown>>, given: unknown): unknown {
  if (schema['x-duration'] === undefined || typeof given !== 'string') return given;
  return ISO_DURATION.exec(given)?.[1]?.toLowerCase() ?? given;
}
