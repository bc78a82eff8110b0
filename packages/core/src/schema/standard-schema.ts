/**
 * A schema of any library that speaks Standard Schema v1 (standardschema.dev): zod, valibot, arktype and others.
 *
 * @example
 * ```ts
 * const NewBook: StandardSchema = z.object({ title: z.string().min(1) });
 * ```
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': StandardProps<Input, Output>;
}

/**
 * What stands under `~standard`.
 *
 * @example
 * ```ts
 * const { vendor } = schema['~standard'];
 * ```
 */
export interface StandardProps<Input = unknown, Output = Input> {
  readonly version: 1;
  readonly vendor: string;
  readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
  /** Standard JSON Schema: not every library offers it. */
  readonly jsonSchema?:
    | {
        readonly input: (options: { readonly target: 'draft-2020-12' }) => Record<string, unknown>;
        readonly output: (options: { readonly target: 'draft-2020-12' }) => Record<string, unknown>;
      }
    | undefined;
}

/**
 * What `validate` of a Standard Schema gives: a value, or issues.
 *
 * @example
 * ```ts
 * const result: StandardResult<number> = { issues: [{ message: 'too small', path: ['price'] }] };
 * ```
 */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | {
      readonly issues: readonly {
        readonly message: string;
        readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
      }[];
    };

/** Whether a value is a Standard Schema; arktype's are functions. */
export function isStandardSchema(value: unknown): value is StandardSchema {
  return ((typeof value === 'object' && value !== null) || typeof value === 'function') && '~standard' in value;
}
