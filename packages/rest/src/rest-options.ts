import type { UploadOptions } from './binding/multipart/upload-limits.js';
import type { MiddlewareUse, Mount } from './middleware/middleware.js';

/**
 * What middleware a listener of REST has.
 *
 * @example
 * ```ts
 * const options: RestListenerOptions = { use: [helmet(), { path: '/admin', use: requireStaff }] };
 * ```
 */
export interface RestListenerOptions {
  /**
   * Middleware in front of everything but access log, span and metrics, in the order listed. It also runs for requests that match no route.
   */
  readonly use?: readonly MiddlewareUse[];
  /** Applications that answer below a path what no route of ours does. They stand where a method stands: behind limits, guards and handlers. */
  readonly mount?: readonly Mount[];
}

/**
 * What {@link rest} takes: options of all listeners, and of single ones.
 *
 * @example
 * ```ts
 * const options: RestOptions = { use: [helmet()], listeners: { 'rest-admin': { use: [requireStaff] } } };
 * ```
 */
export interface RestOptions extends RestListenerOptions {
  /**
   * Whether answers are compressed (br, gzip, deflate, as `Accept-Encoding` asks); default no. Only texts, of `minBytes` or more (default 1024) where
   * the length is known, streams included.
   */
  readonly compression?: boolean | { readonly minBytes?: number };
  /** Whether replies to `GET` get an `ETag` made of their body, as `@ETag` on every schema would have it; default no. */
  readonly etag?: boolean;
  /** After how many milliseconds of silence a stream of server-sent events says that it lives; default 15,000, 0 for never. */
  readonly heartbeatMs?: number;
  /** What bounds multipart bodies, and where their files lie while a request is served. */
  readonly uploads?: UploadOptions;
  /** By the listener's name; their middleware runs after that of all listeners. */
  readonly listeners?: Readonly<Record<string, RestListenerOptions>>;
}
