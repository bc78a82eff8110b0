import { metadataKey, type MetadataKey } from '../metadata/metadata-key.js';
import type { Spec } from './spec.js';

/**
 * What makes a method an operation, and what documents say of it.
 *
 * @example
 * ```ts
 * const mark: OperationMark = { summary: 'finds a book', deprecated: true };
 * ```
 */
export interface OperationMark {
  /** Default: the method's name. */
  readonly name?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly deprecated?: boolean;
}

/**
 * A route, as `@Get` and its like write it.
 *
 * @example
 * ```ts
 * const route: HttpRoute = { method: 'GET', path: '/:isbn' };
 * ```
 */
export interface HttpRoute {
  /** Upper case. */
  readonly method: string;
  /** After the schema's path; may be empty. */
  readonly path: string;
}

/**
 * How a method is reached over RPC, as `@Rpc` writes it.
 *
 * @example
 * ```ts
 * const mark: RpcMark = { method: 'Find' };
 * ```
 */
export interface RpcMark {
  /** Default: the schema's id. */
  readonly service?: string;
  /** Default: the operation's name. */
  readonly method?: string;
}

/**
 * What `@Returns` writes.
 *
 * @example
 * ```ts
 * const mark: ReturnsMark = { spec: Book, stream: false };
 * ```
 */
export interface ReturnsMark {
  /** None when the operation is declared to give nothing back. */
  readonly spec?: Spec | undefined;
  readonly stream: boolean;
  readonly description?: string | undefined;
}

/**
 * What `@Describe` writes on a method. Merged: what a nearer class says adds to what its ancestors said.
 *
 * @example
 * ```ts
 * const summary = operation.read(OperationKey)?.summary;
 * ```
 */
export const OperationKey: MetadataKey<OperationMark> = metadataKey('operation', (inherited, own) => ({
  ...inherited,
  ...own,
}));

/**
 * The route of a method; written by `@Get` and its like, and by decorators of other packages.
 *
 * @example
 * ```ts
 * export const Purge = (path: string): MethodDecorator => (target, member) =>
 *   annotate(target, HttpRouteKey, { value: { method: 'PURGE', path }, member });
 * ```
 */
export const HttpRouteKey: MetadataKey<HttpRoute> = metadataKey('http-route');

/**
 * Status of a successful reply, as `@HttpCode` writes it. Default 200, or 204 for an operation declared to give nothing back.
 *
 * @example
 * ```ts
 * annotate(target, HttpStatusKey, { value: 201, member });
 * ```
 */
export const HttpStatusKey: MetadataKey<number> = metadataKey('http-status');

/**
 * Fixed reply headers, as `@Header` writes them; a decorator appends to what the others wrote.
 *
 * @example
 * ```ts
 * annotate(target, HttpHeadersKey, { update: (own = []) => [...own, ['cache-control', 'no-store']], member });
 * ```
 */
export const HttpHeadersKey: MetadataKey<readonly (readonly [name: string, value: string])[]> =
  metadataKey('http-headers');

/**
 * Media types a method reads; default JSON.
 *
 * @example
 * ```ts
 * annotate(target, ConsumesKey, { value: ['text/csv'], member });
 * ```
 */
export const ConsumesKey: MetadataKey<readonly string[]> = metadataKey('consumes');

/**
 * Media types a method writes; default JSON.
 *
 * @example
 * ```ts
 * annotate(target, ProducesKey, { value: ['text/plain'], member });
 * ```
 */
export const ProducesKey: MetadataKey<readonly string[]> = metadataKey('produces');

/**
 * How a method is reached over RPC, as `@Rpc` writes it.
 *
 * @example
 * ```ts
 * annotate(target, RpcKey, { value: { method: 'Find' }, member });
 * ```
 */
export const RpcKey: MetadataKey<RpcMark> = metadataKey('rpc');

/**
 * What `@Returns` wrote on a method.
 *
 * @example
 * ```ts
 * const isStream = operation.read(ReturnsKey)?.stream ?? false;
 * ```
 */
export const ReturnsKey: MetadataKey<ReturnsMark> = metadataKey('returns');
