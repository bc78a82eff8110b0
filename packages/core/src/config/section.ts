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
  /** Never set: carries the type. */
  readonly type?: T;
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
