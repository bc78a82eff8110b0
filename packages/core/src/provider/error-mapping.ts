import type { ChassisError } from '../errors/chassis-error.js';
import type { Invocation } from '../invocation/invocation.js';
import type { Reply } from '../invocation/reply.js';
import { annotate, type AnyClass } from '../metadata/annotate.js';
import { metadataKey, type MetadataKey } from '../metadata/metadata-key.js';

/**
 * What a mapping makes of an error: the failure that the chain sees and the caller is told; a reply, of any status; or nothing, which
 * leaves the error to the next mapping that fits. It may be promised.
 *
 * @example
 * ```ts
 * const outcome: MappedError = AlreadyExists('the last copy is sold');
 * ```
 */
export type MappedError = ChassisError | Reply | undefined;

/**
 * Made by {@link mapError}.
 *
 * @example
 * ```ts
 * const mappings: readonly ErrorMapping[] = [mapError(OutOfStock, ({ message }) => AlreadyExists(message))];
 * ```
 */
export interface ErrorMapping {
  readonly type: AnyClass;
  readonly map: (error: never, invocation: Invocation) => MappedError | Promise<MappedError>;
}

/**
 * Says what becomes of errors of one class that methods throw; for {@link MapErrors} and for `errors` of `createApplication`.
 *
 * @param type - the errors it is for, by `instanceof`
 * @param map - says what the caller is told; a `ChassisError` it throws counts as given back, anything else it throws is logged and `INTERNAL`
 *
 * @example
 * ```ts
 * const outOfStock = mapError(OutOfStock, (error) => AlreadyExists(error.message, { code: 'OUT_OF_STOCK', details: { isbn: error.isbn } }));
 * ```
 */
export function mapError<E extends object>(
  type: AnyClass<E>,
  map: (error: E, invocation: Invocation) => MappedError | Promise<MappedError>,
): ErrorMapping {
  return { type, map };
}

/** What `@MapErrors` wrote; what a provider says stands before what its contract says. */
export const MapErrorsKey: MetadataKey<readonly ErrorMapping[]> = metadataKey('MapErrors', (inherited, own) => [
  ...own,
  ...inherited,
]);

/**
 * Turns errors of the business into failures of the call, for a schema or for one method: the job of exception filters in Nest, for every
 * protocol. It stands around the method itself, so that every handler sees what came of it. The first mapping whose class fits is asked:
 * those of the method, then those of the schema, then those of the application; within each in the order written. An error that nothing
 * maps is a `ChassisError` already or becomes `INTERNAL`. What fails in the middle of a stream is mapped too, though only to an error.
 *
 * @param mappings - made by {@link mapError}
 *
 * @example
 * ```ts
 * @Implements(Catalog)
 * @MapErrors(mapError(OutOfStock, (error) => AlreadyExists(error.message)))
 * export class CatalogService extends Catalog {}
 * ```
 */
export function MapErrors(...mappings: readonly ErrorMapping[]): (target: object, member?: string | symbol) => void {
  return (target, member) =>
    annotate(target, MapErrorsKey, {
      // decorators run from the last written to the first
      update: (own = []) => [...mappings, ...own],
      ...(member !== undefined && { member }),
    });
}
