import type { JsonSchema } from './json-schema.js';

/**
 * One thing wrong with a value.
 *
 * @example
 * ```ts
 * const fault: Fault = { place: 'body', pointer: '/price', expected: 'number', got: 'string', message: 'must be number' };
 * ```
 */
export interface Fault {
  /** Where it came from: `body`, `query`, `path`, `header`, ... */
  readonly place: string;
  /** JSON pointer inside that place; a parameter's name is its first step: `/limit`. */
  readonly pointer: string;
  readonly expected: string;
  /** What came, shortened and redacted. */
  readonly got: string;
  readonly message: string;
}

/**
 * A type of parameters, fields or results, made once at start out of a class, a list, a Standard Schema or a JSON Schema.
 *
 * @example
 * ```ts
 * const faults: Fault[] = [];
 * const book = await type.validate(input, { place: 'body', pointer: '' }, faults);
 * ```
 */
export interface ValueType {
  /** The name of a declared class, under which documents list it. */
  readonly name?: string;
  /** The same for both directions: read-only and write-only fields stand in it and are marked. */
  readonly json: JsonSchema;
  /** The named types that `json` and they themselves refer to, by `$defs` name. */
  readonly definitions: ReadonlyMap<string, JsonSchema>;
  /** Whether `validate` may return a promise (a Standard Schema may). */
  readonly async: boolean;
  /**
   * Whether `validate` may give something that JSON has not (`Date`, `bigint`, `Buffer`, instances with methods, what a Standard
   * Schema makes): who reads JSON must validate it to get what the types promise.
   */
  readonly converts?: boolean;
  /**
   * Checks a value and gives back the one to use: unknown fields dropped, defaults filled in. Adds to `faults` when it does
   * not fit, at most 50 in all, and then gives back nothing. Never throws for bad input, never changes the input.
   */
  validate(value: unknown, at: { readonly place: string; readonly pointer: string }, faults: Fault[]): unknown;
  /**
   * JSON text of a value with only the declared fields; compiled from the schema. Types and required fields are checked, limits are not.
   *
   * @throws ChassisError `RESULT_INVALID` that names the place and the field when the value does not fit
   */
  serialize(value: unknown): string;
}
