import type { JsonSchema } from '../json-schema.js';

/**
 * What a place of a JSON Schema holds in the program, where JSON has only text for it: `Date` for an instant, `Buffer` for base64,
 * `bigint` for decimal digits.
 *
 * @example
 * ```ts
 * const native: NativeType | undefined = nativeTypeOf(type.json);
 * ```
 */
export type NativeType = 'Date' | 'Buffer' | 'bigint';

/** Not enumerable, so that no document shows it and none differs by it. */
const NATIVE = Symbol('native type');

/** Marks the schema of a place that holds a native type. */
export function withNative(schema: JsonSchema, native: NativeType | undefined): JsonSchema {
  return native ? (Object.defineProperty(schema, NATIVE, { value: native }) as JsonSchema) : schema;
}

/**
 * The native type of a place, for protocols that have more types than JSON; undefined where the value is what the schema says. It is told of
 * types that core itself makes (`Date`, `Buffer`, `BigInt`), never of a Standard Schema or a `jsonSpec`.
 *
 * @param schema - a place of `ValueType.json` or of its `definitions`, as they are: copies lose it
 *
 * @example
 * ```ts
 * const isInstant = nativeTypeOf(valueTypeOf(Date).json) === 'Date'; // true
 * ```
 */
export function nativeTypeOf(schema: JsonSchema): NativeType | undefined {
  return (schema as { readonly [NATIVE]?: NativeType })[NATIVE];
}

/** A schema with more keywords, the native type of its place kept. */
export function withKeywords(schema: JsonSchema, keywords: JsonSchema): JsonSchema {
  return withNative({ ...schema, ...keywords }, nativeTypeOf(schema));
}
