import { annotate } from '../metadata/annotate.js';
import { metadataKey, type MetadataKey } from '../metadata/metadata-key.js';
import type { TypeOptions } from './type-options.js';

/**
 * What {@link Field} may say of a field.
 *
 * @example
 * ```ts
 * const options: FieldOptions = { minLength: 1, maxLength: 200, description: 'as on the cover' };
 * ```
 */
export interface FieldOptions extends TypeOptions {
  /** Sent, never accepted: what a caller gives is dropped. Default false; true for an accessor without a setter. */
  readonly readOnly?: boolean;
  /** Accepted, never sent. Default false. */
  readonly writeOnly?: boolean;
}

/**
 * What `@Field` wrote on a member.
 *
 * @example
 * ```ts
 * const fields = membersWith(Book, FieldKey);
 * ```
 */
export const FieldKey: MetadataKey<FieldOptions> = metadataKey('field');

/**
 * Declares a field of a data class: what is accepted, sent and documented. Fields without it do not exist for callers.
 * The type is the declared one where the compiler emits it (`string`, `number`, `boolean`, `Date`, a class); lists, unions,
 * nullable fields, interfaces and type literals name theirs with `type`, `map`, `union` or `enum`, else the start is refused with `SCHEMA_INVALID`.
 * A subclass that declares a field again replaces its ancestor's declaration.
 *
 * @param options - default: required, of the declared type
 *
 * @example
 * ```ts
 * export class Book {
 *   @Field({ pattern: '^[0-9]{13}$' }) isbn!: string;
 *   @Field({ minimum: 0 }) price!: number;
 *   @Field({ type: [String], optional: true }) tags?: string[];
 * }
 * ```
 */
export function Field(options: FieldOptions = {}): PropertyDecorator {
  return (target, member) => annotate(target, FieldKey, { value: options, member });
}
