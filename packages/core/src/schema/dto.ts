import { annotate, type AnyClass } from '../metadata/annotate.js';
import { metadataKey, type MetadataKey } from '../metadata/metadata-key.js';

/**
 * What happens to fields that a class does not declare: dropped as in gRPC, or refused.
 *
 * @example
 * ```ts
 * const extra: Extra = 'refuse';
 * ```
 */
export type Extra = 'drop' | 'refuse';

/**
 * What {@link Dto} may say of a data class.
 *
 * @example
 * ```ts
 * const options: DtoOptions = { name: 'LegacyBook', extra: 'refuse' };
 * ```
 */
export interface DtoOptions {
  /** The name in documents; default: the class's own. */
  readonly name?: string;
  readonly title?: string;
  readonly description?: string;
  /** What happens to undeclared fields; default: what the schema says, else `drop`. */
  readonly extra?: Extra;
}

/**
 * What `@Dto` wrote on a class.
 *
 * @example
 * ```ts
 * const name = readOwn(Book, DtoKey)?.name ?? Book.name;
 * ```
 */
export const DtoKey: MetadataKey<DtoOptions> = metadataKey('dto');

/**
 * Says something of a data class as a whole; a class needs none of it, its `@Field`s are enough. A subclass does not inherit it.
 *
 * @example
 * ```ts
 * @Dto({ description: 'a book on offer', extra: 'refuse' })
 * export class Book { @Field() isbn!: string; }
 * ```
 */
export function Dto(options: DtoOptions): (type: AnyClass) => void {
  return (type) => annotate(type, DtoKey, { value: options });
}
