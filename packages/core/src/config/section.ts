import type { JsonSchema } from '../schema/json-schema.js';

/**
 * A declared part of the configuration: every key below `key` is described by one JSON Schema, with defaults in it. Sections are the
 * unit of acceptance: one that does not validate keeps its last good value while the others proceed.
 *
 * @example
 * ```ts
 * export const ShopSection = defineSection<{ discount: number }>({
 *   key: 'shop',
 *   live: true,
 *   schema: { type: 'object', properties: { discount: { type: 'number', minimum: 0, maximum: 100, default: 0, description: 'Per cent off.' } } },
 * });
 * ```
 */
export interface Section<T> {
  /** Dotted: `servicecomb.service`. One step `*` stands for any name: `servicecomb.protocols.*`, `servicecomb.protocols.*.cors`. */
  readonly key: string;
  readonly schema: JsonSchema;
  /** Whether a change at run time takes effect; otherwise it is reported and waits for the next start. */
  readonly live: boolean;
  /** Other spellings: from a dotted key (may hold `*`) to a dotted key of this section. Normalised in each source before layering. */
  readonly aliases?: Readonly<Record<string, string>>;
  readonly description?: string;
  /**
   * Makes of the checked values what readers get: rules that are compiled once, of a text that holds YAML a model. Called once for each value the
   * section takes, also for one that is refused afterwards, so it must have no effects; what it returns is not frozen. Written as a generator
   * it may be interrupted where it yields (after each rule of thousands), so that a reload of many holds up nothing else.
   *
   * @param values - what fits the schema, defaults filled in
   * @param key - the section's own key, names put in
   * @param refuse - says what the schema could not: the section is refused like one that does not fit it
   * @param before - what was last made of the section, to take over what is unchanged; undefined the first time
   */
  readonly read?: (
    values: never,
    key: string,
    refuse: (fault: SectionFault) => void,
    before: unknown,
  ) => T | Generator<void, T, void>;
  /** Never set: carries the type. */
  readonly type?: T;
}

/**
 * One thing wrong with the values of a section.
 *
 * @example
 * ```ts
 * refuse({ key: 'shop.discounts[2]', expected: 'a day of the week', got: '"Soonday"' });
 * ```
 */
export interface SectionFault {
  /** Dotted, from the root; items of lists as `[0]`. */
  readonly key: string;
  readonly expected: string;
  readonly got: string;
  /** Of a text that has lines of its own, such as YAML: the line in it, from 1. Makes the place that is told precise. */
  readonly line?: number;
}

/**
 * Declares a section; the value is what plug-ins list and what readers ask for.
 *
 * @example
 * ```ts
 * const section = defineSection<{ name: string }>({ key: 'servicecomb.service', live: false, schema: { type: 'object' } });
 * ```
 */
export function defineSection<T>(section: Omit<Section<T>, 'type'>): Section<T> {
  return section;
}
