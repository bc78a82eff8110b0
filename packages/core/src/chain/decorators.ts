import { annotate, type AnyClass } from '../metadata/annotate.js';
import { callSite, DeclaredAt } from '../metadata/call-site.js';
import { metadataKey } from '../metadata/metadata-key.js';
import type { ChainHandler, PlannedHandler } from './handler.js';
import type { Side } from './side.js';

/**
 * Where a handler stands, and whether it stands there uninvited.
 *
 * @example
 * ```ts
 * const options: HandlerOptions = { side: 'provider', after: 'tracing-provider', everywhere: true };
 * ```
 */
export interface HandlerOptions {
  /** The chain it belongs to; default `provider`. */
  readonly side?: Side;
  /** Stands right before this link, or, when it is not installed, before its place in the order. */
  readonly before?: string;
  /** Stands right after this link, or after its place. `after: 'bind'` for a handler that needs the arguments. */
  readonly after?: string;
  /** Joins every chain of its side; otherwise it is named by `@Use` or by configuration. Default false. */
  readonly everywhere?: boolean;
}

/** What `@Handler` wrote on a class. */
export interface HandlerMark extends HandlerOptions {
  readonly name: string;
}

/**
 * The class of a handler.
 *
 * @example
 * ```ts
 * const handlers: HandlerClass[] = [AuditHandler];
 * ```
 */
export type HandlerClass = AnyClass<ChainHandler | PlannedHandler>;

export const HandlerKey = metadataKey<HandlerMark>('Handler');

/** What `@Use` wrote, on a class or a method: handlers by class or by name, in the order written; a contract's before its provider's. */
export const UseKey = metadataKey<readonly (HandlerClass | string)[]>('Use', (inherited, own) => [
  ...inherited,
  ...own,
]);

/**
 * On a class: makes it a handler of the chain (list it in a module's `handlers`). On a method: the same as `@Use(name)`.
 *
 * @param name - its name in configured chains
 * @param options - its side and place
 *
 * @example
 * ```ts
 * @Handler('audit', { side: 'provider', after: 'tracing-provider', everywhere: true })
 * export class AuditHandler implements ChainHandler {
 *   handle(invocation: Invocation, next: Next) { return next(invocation); }
 * }
 * ```
 */
export function Handler(
  name: string,
  options: HandlerOptions = {},
): (target: object, member?: string | symbol) => void {
  const declaredAt = callSite(Handler);
  return (target, member) => {
    if (member !== undefined) return Use(name)(target, member);
    annotate(target, HandlerKey, { value: { name, ...options } });
    annotate(target, DeclaredAt, { value: declaredAt });
  };
}

/**
 * Puts handlers into the chain of a schema or of one method, before the link `bind`; those of the class stand outside those of the method.
 *
 * @param handlers - classes marked with `@Handler`, or names
 *
 * @example
 * ```ts
 * @Schema({ id: 'orders', path: '/orders' })
 * @Use(AuditHandler)
 * export class Orders {}
 * ```
 */
export function Use(
  ...handlers: readonly (HandlerClass | string)[]
): (target: object, member?: string | symbol) => void {
  return (target, member) =>
    annotate(target, UseKey, {
      // decorators run from the last written to the first
      update: (own = []) => [...handlers, ...own],
      ...(member !== undefined && { member }),
    });
}
