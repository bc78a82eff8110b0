import type { Invocation } from '@ts-chassis/core';
import { Exchange } from './exchange.js';

/**
 * The media type that an answer will have by the `Accept` of its request, without parameters: for methods that `@Produces` several types which they
 * make themselves. Known from the link `bind` on; undefined for a call that did not come over HTTP.
 *
 * @param invocation - from `@Context()`
 *
 * @example
 * ```ts
 * @Get('/report') @Produces('text/csv', 'text/html') @Returns(String)
 * report(@Context() invocation?: Invocation): string {
 *   return producedType(invocation!) === 'text/html' ? this.page() : this.table();
 * }
 * ```
 */
export function producedType({ source }: Invocation): string | undefined {
  return source instanceof Exchange ? (source.form ?? source.route.reply.main).type : undefined;
}
