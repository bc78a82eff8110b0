import { annotate, HttpVersionKey, type HttpVersionMark, type VERSION_NEUTRAL } from '@ts-chassis/core';

/**
 * What {@link Version} may say beside the versions.
 *
 * @example
 * ```ts
 * const options: VersionOptions = { by: 'media-type', default: '1' };
 * ```
 */
export type VersionOptions = Omit<HttpVersionMark, 'versions'>;

/**
 * Says which versions of the API a schema or a method answers. Methods of one route that answer different versions stand beside each
 * other; a method without the decorator answers what its class says. Nest's name and meaning; the contract carries it, so that typed
 * clients ask for the first version listed and documents show all.
 *
 * - `by: 'path'` (the default) puts `/v{version}` before the whole path. Another version is another path: 404.
 * - `by: 'header'` reads `X-Api-Version`, or the header of `name`. A version that no method answers is refused with 400.
 * - `by: 'media-type'` reads the parameter `v` (or `name`) of the media types in `Accept`. Refused with 406.
 *
 * @param versions - one or several, or `VERSION_NEUTRAL` for whatever no other method of the route answers
 * @param options - how the version is said, and the one meant by requests that say none; on a class for all of its methods
 * @throws ChassisError `SCHEMA_INVALID` at start for other characters than letters, digits, `.`, `_` and `-`; `ROUTE_INVALID` for two
 * methods of one route and version, or of one route that read the version differently
 *
 * @example
 * ```ts
 * @Schema({ id: 'catalog', path: '/books' })
 * @Version('1', { by: 'header', default: '1' })
 * export class Catalog {
 *   @Get('/:isbn') @Returns(Book)
 *   find(@Param('isbn') isbn: string): Promise<Book> { return remote(); }
 *
 *   @Get('/:isbn') @Version('2') @Returns(DetailedBook)
 *   findDetailed(@Param('isbn') isbn: string): Promise<DetailedBook> { return remote(); }
 * }
 * ```
 */
export function Version(
  versions: string | typeof VERSION_NEUTRAL | readonly (string | typeof VERSION_NEUTRAL)[],
  options: VersionOptions = {},
): (target: object, member?: string | symbol) => void {
  const mark: HttpVersionMark = { ...options, versions: Array.isArray(versions) ? versions : [versions] };
  return (target, member) => annotate(target, HttpVersionKey, { value: mark, ...(member !== undefined && { member }) });
}
