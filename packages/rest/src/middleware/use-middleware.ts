import { annotate, metadataKey } from '@ts-chassis/core';
import type { MiddlewareUse } from './middleware.js';

/** What `@UseMiddleware` wrote on a class or a method, in the order written; a contract's before its provider's. */
export const MiddlewareKey = metadataKey<readonly MiddlewareUse[]>('UseMiddleware', (inherited, own) => [
  ...inherited,
  ...own,
]);

/**
 * Gives a schema or one of its methods Express middleware, after that of the listener; that of the class stands outside that of the
 * method. It runs for requests over REST only: calls in process and over other protocols do not pass it, so guard with a handler what they reach too.
 *
 * @param middleware - functions, `{ path, use }`, `{ onError }`, or {@link useExpress}
 *
 * @example
 * ```ts
 * @Post('/picture')
 * @UseMiddleware(multer().single('picture'))
 * upload(@Req() request?: IncomingMessage): Promise<void> { return remote(); }
 * ```
 */
export function UseMiddleware(
  ...middleware: readonly MiddlewareUse[]
): (target: object, member?: string | symbol) => void {
  return (target, member) =>
    annotate(target, MiddlewareKey, {
      // decorators run from the last written to the first
      update: (own = []) => [...middleware, ...own],
      ...(member !== undefined && { member }),
    });
}
