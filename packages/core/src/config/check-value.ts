import type { JsonSchema } from '../schema/json-schema.js';
import { fit } from './fit/fit.js';
import type { SectionFault } from './section.js';

/**
 * Checks one value as values of sections are: text becomes the declared type, durations become milliseconds, defaults are filled in. For
 * sections that read what their schema cannot describe, such as YAML inside a text.
 *
 * @param key - dotted, for the faults
 * @returns the value to use, and what is wrong with it; with any fault it must not be used
 *
 * @example
 * ```ts
 * const { value, faults } = checkValue({ type: 'integer', minimum: 1 }, '50', 'servicecomb.rateLimiting.gold.rate'); // 50, none
 * ```
 */
export function checkValue(
  schema: JsonSchema,
  value: unknown,
  key: string,
): { readonly value: unknown; readonly faults: readonly SectionFault[] } {
  return fit(schema, value, { key, partial: false });
}
