import type { AnyClass } from '../metadata/annotate.js';
import type { MetadataKey } from '../metadata/metadata-key.js';
import type { HttpVersion } from './http-version.js';
import type { ValueType } from './value-type.js';

/**
 * Where a parameter stands in a protocol that has places (REST); other protocols pass it by name. `argument` is for schemas
 * without REST; `context`, `request`, `response` and `custom` exist on the server only.
 *
 * @example
 * ```ts
 * const place: ParameterPlace = 'query';
 * ```
 */
export type ParameterPlace =
  | 'path'
  | 'query'
  | 'header'
  | 'cookie'
  | 'body'
  | 'form'
  | 'file'
  | 'argument'
  | 'context'
  | 'request'
  | 'response'
  | 'custom';

/** Makes the value of a parameter of the user's own out of an `Invocation`, which this room does not know. */
export type ValueMaker = (invocation: never) => unknown;

/**
 * How a body is taken that is not read as a whole first: its items one after another, its bytes as they come, or its parts (multipart).
 *
 * @example
 * ```ts
 * const stream: BodyStream = 'items';
 * ```
 */
export type BodyStream = 'items' | 'bytes' | 'parts';

/**
 * What is taken of the files of one name.
 *
 * @example
 * ```ts
 * const limits: FileLimits = { list: true, maxCount: 5, maxBytes: 1_000_000, types: ['image/*'] };
 * ```
 */
export interface FileLimits {
  /** Whether several files of the name make one argument. */
  readonly list: boolean;
  /** Longest file in bytes; default: what the transport is set to. */
  readonly maxBytes?: number;
  /** Media types allowed, ranges such as `image/*` among them; default any. Only what the sender says is looked at. */
  readonly types?: readonly string[];
  /** Most files of the name; default: what the transport is set to, and 1 when `list` is false. */
  readonly maxCount?: number;
}

/**
 * One declared parameter of an operation.
 *
 * @example
 * ```ts
 * const names = operation.parameters.map((parameter) => parameter.name);
 * ```
 */
export interface Parameter {
  readonly name: string;
  /** Position in the method's argument list. */
  readonly index: number;
  readonly place: ParameterPlace;
  readonly schema: ValueType;
  /** Whether it may be left out. */
  readonly optional: boolean;
  /** What stands in when it is left out. */
  readonly default?: unknown;
  readonly description?: string;
  readonly deprecated?: boolean;
  /** For the place `custom`: makes the value out of the invocation, once the other arguments are bound. */
  readonly resolve?: ValueMaker;
  /** For the place `custom`: whether `schema` was declared, so that the value is checked. */
  readonly checked?: boolean;
  /** For a body that is not read as a whole: the argument is an async iterable, or a Node stream for `bytes`. `schema` is that of an item. */
  readonly stream?: BodyStream;
  /** For `stream`: the longest body in bytes; default any, since nothing of it is held. */
  readonly maxBytes?: number;
  /** For the place `file`, whose values are the transport's own and are not validated against `schema`. */
  readonly file?: FileLimits;
}

/**
 * What an operation gives back.
 *
 * @example
 * ```ts
 * if (operation.result.stream) console.log('items of', operation.result.schema?.name);
 * ```
 */
export interface Result {
  /** The declared type, of one item for a stream; none when nothing was declared. */
  readonly schema?: ValueType;
  readonly stream: boolean;
  /** Whether it is declared that nothing comes back: `@Returns()`. */
  readonly empty?: boolean;
  readonly description?: string;
}

/**
 * How an operation is reached over HTTP.
 *
 * @example
 * ```ts
 * const http: HttpBinding = { method: 'GET', path: '/books/{isbn}', status: 200, headers: [], consumes: [], produces: [] };
 * ```
 */
export interface HttpBinding {
  /** Upper case. */
  readonly method: string;
  /** The schema's path and the route's joined, in the canonical grammar: `/books/{isbn}`, `/a/{id:[0-9]+}`, `/files/{rest:*}`. */
  readonly path: string;
  /** Status of a successful reply. */
  readonly status: number;
  /** Fixed reply headers, names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Media types read; empty means JSON. */
  readonly consumes: readonly string[];
  /** Media types written; empty means JSON. */
  readonly produces: readonly string[];
  /** Which versions of the route it answers; undefined when nothing is said of versions. */
  readonly version?: HttpVersion;
  /** Further paths, those of its other versions where they stand in the path. */
  readonly otherPaths?: readonly string[];
}

/**
 * How an operation is reached over RPC protocols.
 *
 * @example
 * ```ts
 * const rpc: RpcBinding = { service: 'catalog', method: 'find' };
 * ```
 */
export interface RpcBinding {
  readonly service: string;
  readonly method: string;
}

/**
 * A schema: operations that belong together.
 *
 * @example
 * ```ts
 * const schema = readSchema(Catalog);
 * console.log(schema.id, schema.operations.length);
 * ```
 */
export interface SchemaInfo {
  readonly id: string;
  /** Prefix of its HTTP paths, canonical, without a slash at the end; may be empty. */
  readonly path: string;
  /** Listeners it is offered on; without it the plain ones (`rest`, `grpc`). */
  readonly listeners?: readonly string[];
  /** The class that declares or implements it; none for one made by `defineSchema`. */
  readonly type?: AnyClass;
  readonly title?: string;
  readonly description?: string;
  readonly version?: string;
  /** `x-java-interface` of its documents. */
  readonly javaInterface?: string;
  readonly operations: readonly Operation[];
  /** What decorators wrote on the class. */
  read<T>(key: MetadataKey<T>): T | undefined;
}

/**
 * The description of one method: all that documents, clients, transports and governance know of it.
 *
 * @example
 * ```ts
 * const limit = operation.read(RateLimitKey) ?? operation.schema.read(RateLimitKey);
 * ```
 */
export interface Operation {
  /** `{schema}.{name}`. */
  readonly id: string;
  readonly schema: SchemaInfo;
  readonly name: string;
  /** The method's name on the class; differs from `name` only when the decorator says so. */
  readonly member: string;
  readonly parameters: readonly Parameter[];
  readonly result: Result;
  readonly http?: HttpBinding;
  readonly rpc?: RpcBinding;
  readonly summary?: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  /** For schemas made by `defineSchema`: what `call` runs in the place of a method. */
  readonly run?: (...args: never[]) => unknown;
  /** What decorators wrote on the method itself. */
  read<T>(key: MetadataKey<T>): T | undefined;
}
