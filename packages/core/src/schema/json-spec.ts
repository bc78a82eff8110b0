import type { JsonSchema } from './json-schema.js';

/** Survives two copies of this package in one process. */
const BRAND: unique symbol = Symbol.for('ts-chassis.json-spec') as never;

/**
 * A JSON Schema that stands where a class may; made by {@link jsonSpec}.
 *
 * @example
 * ```ts
 * const Tree: JsonSpec = jsonSpec({ type: 'object' });
 * ```
 */
export interface JsonSpec<Value = unknown> {
  readonly schema: JsonSchema;
  readonly name: string | undefined;
  /** For the compiler only: what `TypeOf` gives. */
  readonly value?: Value;
  readonly [BRAND]: true;
}

/**
 * Lets a JSON Schema (draft 2020-12) stand where a class may. It is compiled by Ajv on first use, which costs tens of
 * milliseconds once; classes with `@Field` do not need it. Unknown fields stay, as the schema alone says what is allowed.
 *
 * @param schema - self-contained: references point into its own `$defs`
 * @param name - under which documents list it; default: written in place
 *
 * @example
 * ```ts
 * @Returns(jsonSpec<Point>({ type: 'object', required: ['x'], properties: { x: { type: 'number' } } }))
 * ```
 */
export function jsonSpec<Value = unknown>(schema: JsonSchema, name?: string): JsonSpec<Value> {
  return { schema, name, [BRAND]: true };
}

/** Whether a value was made by `jsonSpec`, by this or by another copy of the package. */
export function isJsonSpec(value: unknown): value is JsonSpec {
  return typeof value === 'object' && value !== null && BRAND in value;
}
