import type { AnyClass } from '../metadata/annotate.js';
import type { JsonSpec } from './json-spec.js';
import type { StandardSchema } from './standard-schema.js';

/**
 * What may be named as a type: `String`, `Number`, `Boolean`, `BigInt`, `Date`, `Buffer`, `Object` (any JSON object), a class
 * with `@Field`s, a list `[Spec]` of one type, a Standard Schema (zod, valibot, arktype, ...), a JSON Schema made by `jsonSpec`, or an
 * arrow function that gives one of these later, for classes that refer to each other.
 *
 * @example
 * ```ts
 * class Chapter {
 *   @Field({ type: [() => Chapter], optional: true }) parts?: Chapter[];
 * }
 * ```
 */
export type Spec = AnyClass | BigIntConstructor | readonly Spec[] | StandardSchema | JsonSpec | (() => Spec);

/**
 * The TypeScript type of the values a {@link Spec} describes.
 *
 * @example
 * ```ts
 * type Books = TypeOf<[typeof Book]>; // Book[]
 * ```
 */
export type TypeOf<S> = S extends readonly (infer Item)[]
  ? TypeOf<Item>[]
  : S extends StandardSchema<unknown, infer Output>
    ? Output
    : S extends JsonSpec<infer Value>
      ? Value
      : S extends StringConstructor
        ? string
        : S extends NumberConstructor
          ? number
          : S extends BooleanConstructor
            ? boolean
            : S extends BigIntConstructor
              ? bigint
              : S extends AnyClass<infer Instance>
                ? Instance
                : S extends () => infer Later
                  ? TypeOf<Later>
                  : never;

/** Whether a function gives a type later: an arrow function has no prototype, everything that can be a type has one. */
export function isLater(spec: unknown): spec is () => Spec {
  return typeof spec === 'function' && !('prototype' in spec) && !('~standard' in spec);
}
