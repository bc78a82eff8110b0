import type { Invocation } from '@ts-chassis/core';
import { restError } from '../codes.js';
import { isWeaklySame, listsTag, plainTag } from './entity-tag.js';
import { isForbidden } from './preconditions.js';

/**
 * The present state of the resource that a request wants to change.
 *
 * @example
 * ```ts
 * const state: ResourceState = { etag: `"${book.version}"`, lastModified: book.changedAt };
 * ```
 */
export interface ResourceState {
  /** Its `ETag`, quotes included; undefined when the resource is not there, or has none. */
  readonly etag?: string | undefined;
  readonly lastModified?: Date | undefined;
  /** Whether a request that names no state is refused with 428; default false. */
  readonly required?: boolean;
}

/**
 * Lets a request change a resource only in the state it means (RFC 9110, 13): `If-Match` and `If-Unmodified-Since` against a lost update,
 * `If-None-Match: *` against creating what is there. Call it in the method before anything is changed, in one step with the change where others may
 * come between. An `ETag` that came with a compressed answer counts as that of the resource.
 *
 * @param invocation - from `@Context()`
 * @throws ChassisError `PRECONDITION_FAILED` (412), or `PRECONDITION_REQUIRED` (428) when `required` and no condition is there
 *
 * @example
 * ```ts
 * @Put('/:isbn')
 * async replace(@Param('isbn') isbn: string, @Body() book: NewBook, @Context() invocation?: Invocation): Promise<void> {
 *   requirePreconditions(invocation!, { etag: `"${await this.books.versionOf(isbn)}"`, required: true });
 *   await this.books.replace(isbn, book);
 * }
 * ```
 */
export function requirePreconditions({ headers, operation }: Invocation, state: ResourceState): void {
  const { etag, lastModified, required = false } = state;
  const header = (name: string): string | undefined => headers.get(name);
  if (isForbidden(header, { etag, lastModifiedMs: lastModified?.getTime() }))
    throw failed(operation.id, 'the resource is in another state than the request wants');
  const noneMatch = header('if-none-match');
  if (noneMatch !== undefined && etag !== undefined && listsTag(noneMatch, (tag) => isWeaklySame(plainTag(tag), etag)))
    throw failed(operation.id, 'the resource is there in a state that the request does not want');
  if (required && noneMatch === undefined && !headers.has('if-match') && !headers.has('if-unmodified-since')) {
    throw restError(
      'PRECONDITION_REQUIRED',
      `${operation.id}: expected If-Match with the state that is meant, got none`,
    );
  }
}

function failed(where: string, complaint: string): Error {
  return restError('PRECONDITION_FAILED', `${where}: ${complaint}`);
}
