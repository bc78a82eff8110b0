import { ChassisError, type ChassisErrorOptions } from './chassis-error.js';
import type { ErrorKind } from './error-kind.js';

type Shorthand = (message: string, options?: ChassisErrorOptions) => ChassisError;

const of =
  (kind: ErrorKind): Shorthand =>
  (message, options) =>
    new ChassisError(kind, message, options);

/**
 * The arguments are wrong whatever the state of the system (REST 400).
 *
 * @example
 * ```ts
 * throw InvalidArgument('isbn must have 13 digits');
 * ```
 */
export const InvalidArgument: Shorthand = of('INVALID_ARGUMENT');

/**
 * Nobody proved who is calling (REST 401).
 *
 * @example
 * ```ts
 * throw Unauthenticated('token expired');
 * ```
 */
export const Unauthenticated: Shorthand = of('UNAUTHENTICATED');

/**
 * The caller is known and may not (REST 403).
 *
 * @example
 * ```ts
 * throw PermissionDenied('only editors add books');
 * ```
 */
export const PermissionDenied: Shorthand = of('PERMISSION_DENIED');

/**
 * What was asked for does not exist (REST 404).
 *
 * @example
 * ```ts
 * throw NotFound('no book 42', { details: { isbn: '42' } });
 * ```
 */
export const NotFound: Shorthand = of('NOT_FOUND');

/**
 * What was to be created is there already (REST 409).
 *
 * @example
 * ```ts
 * throw AlreadyExists('book 42 is listed');
 * ```
 */
export const AlreadyExists: Shorthand = of('ALREADY_EXISTS');

/**
 * A limit is used up (REST 429); say `retryAfterMs` where it is known.
 *
 * @example
 * ```ts
 * throw ResourceExhausted('ten orders a minute', { retryAfterMs: 6000 });
 * ```
 */
export const ResourceExhausted: Shorthand = of('RESOURCE_EXHAUSTED');

/**
 * It cannot be done now and may be tried again (REST 503).
 *
 * @example
 * ```ts
 * throw Unavailable('the warehouse is closed', { retryAfterMs: 60_000 });
 * ```
 */
export const Unavailable: Shorthand = of('UNAVAILABLE');
