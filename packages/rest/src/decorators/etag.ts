import { annotate, metadataKey, type MetadataKey } from '@ts-chassis/core';

/** What `@ETag` wrote. */
export const ETagKey: MetadataKey<boolean> = metadataKey('etag');

/**
 * Gives successful replies to `GET` an `ETag` (RFC 9110, 8.8.3) made of their body, so that a client that has it already is answered with 304
 * and no body. On a class for all its methods; a method's own word wins, as does an `ETag` that a reply has itself. Streams get none. The method
 * runs all the same: what is saved is the way to the client.
 *
 * @param enabled - `false` leaves a method out of what its class, or `rest({ etag: true })`, says for all; default true
 *
 * @example
 * ```ts
 * @Get('/:isbn') @ETag() @Returns(Book)
 * find(@Param('isbn') isbn: string): Promise<Book> { return remote(); }
 * ```
 */
export function ETag(enabled = true): ClassDecorator & MethodDecorator {
  return (target: object, member?: string | symbol) =>
    annotate(target, ETagKey, member === undefined ? { value: enabled } : { value: enabled, member });
}
