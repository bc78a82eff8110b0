import type { Spec } from './spec.js';

/**
 * What may be said of a type beyond its class. For a list, lengths of text, ranges, `pattern`, `format`, `enum` and `integer` speak of
 * its items; `minItems`, `nullable`, `default` and the texts of the list itself.
 *
 * @example
 * ```ts
 * const limit: TypeOptions = { type: Number, integer: true, minimum: 1, maximum: 100, default: 20 };
 * ```
 */
export interface TypeOptions {
  /** Default: what the compiler emitted for the declaration; needed for lists, unions, nullable and generic types. */
  readonly type?: Spec;
  /** A record whose values are of this type. */
  readonly map?: Spec;
  /** One of several types; the first that fits is taken. */
  readonly union?: readonly Spec[];
  /** The field that tells the members of a `union` apart; each member declares it with an `enum` of its own. */
  readonly discriminator?: string;
  /** The values allowed: a list, or a TypeScript enum. */
  readonly enum?: readonly (string | number | boolean | null)[] | Readonly<Record<string, string | number>>;
  /** Whether `null` is allowed; default false. */
  readonly nullable?: boolean;
  /** What stands in when it is left out; makes it optional. */
  readonly default?: unknown;
  /** Whether it may be left out; default false. */
  readonly optional?: boolean;
  readonly integer?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  /** In Unicode characters. */
  readonly minLength?: number;
  /** In Unicode characters. */
  readonly maxLength?: number;
  /** A regular expression in the dialect of JavaScript with the flag `u`, not anchored. */
  readonly pattern?: string;
  /** A format of JSON Schema or OpenAPI: `date-time`, `date`, `time`, `email`, `uuid`, `uri`, `ipv4`, `int32`, ... */
  readonly format?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** Whether no two items of the list may be equal. */
  readonly uniqueItems?: boolean;
  /** Fewest entries of a `map`. */
  readonly minProperties?: number;
  /** Most entries of a `map`. */
  readonly maxProperties?: number;
  /** Whether the value is kept out of messages; default: what its name suggests (`password`, `token`, ...). */
  readonly secret?: boolean;
  readonly title?: string;
  readonly description?: string;
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
  readonly deprecated?: boolean;
}
