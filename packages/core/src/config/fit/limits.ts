import type { JsonSchema } from '../../schema/json-schema.js';
import { isMap, sameValue } from '../leaves.js';

/**
 * What a value should have been, when it breaks one of the limits of its type; else undefined.
 *
 * @param partial - only a part of the value is known, so that least counts of members do not hold yet
 */
export function limitOf(schema: JsonSchema, value: unknown, partial: boolean): string | undefined {
  if (typeof value === 'number') return numberLimit(schema, value);
  if (typeof value === 'string') return textLimit(schema, value);
  if (Array.isArray(value)) return listLimit(schema, value);
  return isMap(value) && !partial ? mapLimit(schema, value) : undefined;
}

function numberLimit(schema: JsonSchema, value: number): string | undefined {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema as Record<
    string,
    number | undefined
  >;
  if (minimum !== undefined && value < minimum) return `at least ${minimum}`;
  if (maximum !== undefined && value > maximum) return `at most ${maximum}`;
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) return `more than ${exclusiveMinimum}`;
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) return `less than ${exclusiveMaximum}`;
  if (multipleOf === undefined) return undefined;
  const ratio = value / multipleOf;
  // Decimal steps such as 0.1 have no exact quotient.
  return Math.abs(ratio - Math.round(ratio)) < 1e-9 ? undefined : `a multiple of ${multipleOf}`;
}

function textLimit(schema: JsonSchema, value: string): string | undefined {
  const { minLength, maxLength } = schema as Record<string, number | undefined>;
  if (minLength !== undefined && value.length < minLength) {
    return minLength === 1 ? 'text that is not empty' : `at least ${minLength} characters`;
  }
  if (maxLength !== undefined && value.length > maxLength) return `at most ${maxLength} characters`;
  const pattern = schema['pattern'] as string | undefined;
  if (pattern === undefined || new RegExp(pattern, 'u').test(value)) return undefined;
  const said = schema['x-expected'];
  return typeof said === 'string' ? said : `text that matches ${pattern}`;
}

function listLimit(schema: JsonSchema, value: readonly unknown[]): string | undefined {
  const { minItems, maxItems } = schema as Record<string, number | undefined>;
  if (minItems !== undefined && value.length < minItems) return `at least ${minItems} items`;
  if (maxItems !== undefined && value.length > maxItems) return `at most ${maxItems} items`;
  if (schema['uniqueItems'] !== true) return undefined;
  const repeated = value.some((item, index) => value.slice(0, index).some((earlier) => sameValue(earlier, item)));
  return repeated ? 'items that differ' : undefined;
}

function mapLimit(schema: JsonSchema, value: Readonly<Record<string, unknown>>): string | undefined {
  const { minProperties, maxProperties } = schema as Record<string, number | undefined>;
  const count = Object.keys(value).length;
  if (minProperties !== undefined && count < minProperties) return `at least ${minProperties} entries`;
  return maxProperties !== undefined && count > maxProperties ? `at most ${maxProperties} entries` : undefined;
}
