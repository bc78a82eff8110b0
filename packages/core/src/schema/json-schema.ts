/**
 * A JSON Schema, draft 2020-12. Named types stand as `{ $ref: '#/$defs/Name' }`.
 *
 * @example
 * ```ts
 * const schema: JsonSchema = { type: 'string', minLength: 1 };
 * ```
 */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}
