import { annotate, type AnyClass } from '../metadata/annotate.js';
import { callSite, DeclaredAt } from '../metadata/call-site.js';
import { metadataKey, type MetadataKey } from '../metadata/metadata-key.js';
import type { Extra } from './dto.js';

/**
 * What {@link Schema} may say.
 *
 * @example
 * ```ts
 * const options: SchemaOptions = { id: 'catalog', path: '/books', listeners: ['rest', 'rest-admin'] };
 * ```
 */
export interface SchemaOptions {
  /** Its name in registries, documents and calls; default: the class's name. */
  readonly id?: string;
  /** Prefix of its HTTP paths; default none. */
  readonly path?: string;
  /** Listeners it is offered on; default: the plain ones (`rest`, `grpc`). */
  readonly listeners?: readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly version?: string;
  /** `x-java-interface` of its documents, by which Java consumers find it. */
  readonly javaInterface?: string;
  /** What becomes of undeclared fields of parameters; default `drop`. */
  readonly extra?: Extra;
}

/**
 * What `@Schema` wrote on a class. Merged along the prototype chain: a provider may add to its contract.
 *
 * @example
 * ```ts
 * const isSchema = read(type, SchemaKey) !== undefined;
 * ```
 */
export const SchemaKey: MetadataKey<SchemaOptions> = metadataKey('schema', (inherited, own) => ({
  ...inherited,
  ...own,
}));

/**
 * Makes a class a schema: operations that belong together, with one name for registries and documents. On a contract, which
 * providers implement, or on a provider itself.
 *
 * @param options - default: named like the class, no path
 *
 * @example
 * ```ts
 * @Schema({ id: 'catalog', path: '/books' })
 * export class Catalog {
 *   @Get('/:isbn') @Returns(Book)
 *   find(@Param('isbn') isbn: string): Promise<Book> { return remote(); }
 * }
 * ```
 */
export function Schema(options: SchemaOptions = {}): (type: AnyClass) => void {
  const declaredAt = callSite(Schema);
  return (type) => {
    annotate(type, SchemaKey, { value: { id: type.name, ...options } });
    annotate(type, DeclaredAt, { value: declaredAt });
  };
}
