import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExpressSetup } from './express-setup.js';

/**
 * Hands the request on: to the next middleware, in the end to the operation. With an error it hands that on instead. Only the first call counts.
 *
 * @example
 * ```ts
 * const patient: Middleware = (request, response, next) => void loadTenant(request).then(() => next(), next);
 * ```
 */
// oxlint-disable-next-line typescript/no-explicit-any -- middleware of other projects declares all sorts of types here
export type NextFunction = (error?: any) => void;

/** Methods, not function types: parameters of methods are compared both ways, so that middleware which expects more (Express's request) fits. */
interface Calls {
  run(request: IncomingMessage, response: ServerResponse, next: NextFunction): unknown;
  handle(error: unknown, request: IncomingMessage, response: ServerResponse, next: NextFunction): unknown;
}

/**
 * Middleware as Express and connect have it. It gets Node's own request and response, calls `next`, or ends the response.
 *
 * @example
 * ```ts
 * const noIndex: Middleware = (request, response, next) => {
 *   response.setHeader('X-Robots-Tag', 'none');
 *   next();
 * };
 * ```
 */
export type Middleware = Calls['run'];

/**
 * Middleware for failures: of the middleware before it, and of the operation.
 *
 * @example
 * ```ts
 * const page: ErrorMiddleware = (error, request, response, next) => {
 *   if (response.headersSent) return next(error);
 *   response.statusCode = 500;
 *   response.end('<h1>Sorry</h1>');
 * };
 * ```
 */
export type ErrorMiddleware = Calls['handle'];

/**
 * Middleware below a path.
 *
 * @example
 * ```ts
 * const admin: MiddlewareAt = { path: '/admin', use: [requireStaff, noCache] };
 * ```
 */
export interface MiddlewareAt {
  /**
   * Plain text, without patterns. Compared step by step, decoded and in any case, as Express does; while it runs `request.url` is what follows it.
   */
  readonly path: string;
  readonly use: Middleware | ExpressSetup | readonly (Middleware | ExpressSetup)[];
}

/**
 * Middleware for failures, for all paths or below one. A function with four parameters in the place of a {@link Middleware} is taken for one too.
 *
 * @example
 * ```ts
 * rest({ use: [helmet(), { onError: (error, request, response, next) => next(error) }] });
 * ```
 */
export interface ErrorMiddlewareAt {
  readonly path?: string;
  readonly onError: ErrorMiddleware;
}

/**
 * What may stand in a list of middleware.
 *
 * @example
 * ```ts
 * const use: MiddlewareUse[] = [helmet(), { path: '/admin', use: requireStaff }];
 * ```
 */
export type MiddlewareUse = Middleware | ExpressSetup | MiddlewareAt | ErrorMiddlewareAt;

/**
 * An application below a path: an Express application, a router, anything that is middleware.
 *
 * @example
 * ```ts
 * rest({ mount: [{ path: '/legacy', app: legacyApplication }] });
 * ```
 */
export interface Mount {
  /** As that of {@link MiddlewareAt}; `/` for everything. */
  readonly path: string;
  readonly app: Middleware | ExpressSetup;
}
