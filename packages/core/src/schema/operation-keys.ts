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

/** Merged: what a nearer class says adds to what its ancestors said. */
export const OperationKey: MetadataKey<OperationMark> = metadataKey('operation', (inherited, own) => ({
  ...inherited,
  ...own,
}));

export const HttpRouteKey: MetadataKey<HttpRoute> = metadataKey('http-route');

/** Status of a successful reply. */
export const HttpStatusKey: MetadataKey<number> = metadataKey('http-status');

/** Fixed reply headers; decorators append by `update`. */
export const HttpHeadersKey: MetadataKey<readonly (readonly [name: string, value: string])[]> =
  metadataKey('http-headers');

/** Media types read. */
export const ConsumesKey: MetadataKey<readonly string[]> = metadataKey('consumes');

/** Media types written. */
export const ProducesKey: MetadataKey<readonly string[]> = metadataKey('produces');

export const RpcKey: MetadataKey<RpcMark> = metadataKey('rpc');

export const ReturnsKey: MetadataKey<ReturnsMark> = metadataKey('returns');
