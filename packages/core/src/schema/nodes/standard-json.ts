import type { JsonSchema } from '../json-schema.js';
import type { StandardSchema } from '../standard-schema.js';

/**
 * Whether values of a type come in, as parameters, or go out, as results.
 *
 * @example
 * ```ts
 * const direction: Direction = 'in';
 * ```
 */
export type Direction = 'in' | 'out';

/**
 * The JSON Schema of a schema of another library: by Standard JSON Schema, else by a method `toJSONSchema` or `toJsonSchema` of its
 * own, else nothing but a note of its vendor (any value fits).
 */
export function standardJson(schema: StandardSchema, direction: Direction): JsonSchema {
  const standard = schema['~standard'];
  const own = schema as { toJSONSchema?: unknown; toJsonSchema?: unknown };
  for (const make of [
    () => standard.jsonSchema?.[direction === 'in' ? 'input' : 'output']({ target: 'draft-2020-12' }),
    () => call(own.toJSONSchema, schema, { io: direction === 'in' ? 'input' : 'output', unrepresentable: 'any' }),
    () => call(own.toJsonSchema, schema),
  ]) {
    const json = attempt(make);
    if (json) return cleaned(json);
  }
  return { 'x-standard-schema': standard.vendor };
}

function call(method: unknown, schema: StandardSchema, options?: object): unknown {
  return typeof method === 'function' ? method.call(schema, options) : undefined;
}

/** Libraries throw for what they cannot say in JSON Schema. */
function attempt(make: () => unknown): Record<string, unknown> | undefined {
  try {
    const json = make();
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function cleaned({ $schema: _dialect, '~standard': _standard, ...schema }: Record<string, unknown>): JsonSchema {
  return schema;
}
