import type { AnyClass } from '../metadata/annotate.js';
import type { MetadataKey } from '../metadata/metadata-key.js';
import { versionedPaths, type HttpVersion } from './http-version.js';
import type { HttpBinding, Operation, Parameter, Result, RpcBinding, SchemaInfo } from './operation.js';
import type { OperationMark } from './operation-keys.js';
import type { SchemaOptions } from './schema.js';
import { joinPaths, parsePath } from './path-template.js';

/** Reads what was written under a key. */
type Reader = <T>(key: MetadataKey<T>) => T | undefined;

export interface SchemaSetting {
  readonly options: SchemaOptions & { readonly id: string };
  readonly type?: AnyClass;
  readonly read: Reader;
}

/** A schema whose operations are added while it is read, because they point back to it. */
export class SchemaPlan implements SchemaInfo {
  readonly id: string;
  readonly path: string;
  readonly listeners?: readonly string[];
  readonly type?: AnyClass;
  readonly title?: string;
  readonly description?: string;
  readonly version?: string;
  readonly javaInterface?: string;
  readonly operations: Operation[] = [];
  readonly #read: Reader;

  constructor({ options, type, read }: SchemaSetting) {
    const { id, path = '', extra: _extra, ...said } = options;
    this.id = id;
    const canonical = parsePath(path, `schema '${id}'`).text;
    this.path = canonical === '/' ? '' : canonical;
    Object.assign(this, Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)));
    if (type) this.type = type;
    this.#read = read;
  }

  read<T>(key: MetadataKey<T>): T | undefined {
    return this.#read(key);
  }
}

export interface OperationSetting extends OperationMark {
  readonly name: string;
  readonly member: string;
  readonly parameters: readonly Parameter[];
  readonly result: Result;
  readonly http: HttpBinding | undefined;
  readonly rpc: RpcBinding | undefined;
  readonly run?: ((...args: never[]) => unknown) | undefined;
  readonly read: Reader;
}

export class OperationPlan implements Operation {
  readonly id: string;
  readonly name: string;
  readonly member: string;
  readonly parameters: readonly Parameter[];
  readonly result: Result;
  readonly http?: HttpBinding;
  readonly rpc?: RpcBinding;
  readonly summary?: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly run?: (...args: never[]) => unknown;
  readonly #read: Reader;

  constructor(
    readonly schema: SchemaInfo,
    setting: OperationSetting,
  ) {
    this.id = `${schema.id}.${setting.name}`;
    this.name = setting.name;
    this.member = setting.member;
    this.parameters = setting.parameters;
    this.result = setting.result;
    if (setting.http) this.http = setting.http;
    if (setting.rpc) this.rpc = setting.rpc;
    if (setting.summary !== undefined) this.summary = setting.summary;
    if (setting.description !== undefined) this.description = setting.description;
    if (setting.deprecated !== undefined) this.deprecated = setting.deprecated;
    if (setting.run) this.run = setting.run;
    this.#read = setting.read;
  }

  read<T>(key: MetadataKey<T>): T | undefined {
    return this.#read(key);
  }
}

/** The binding of a route: paths joined and canonical, header names in lower case. */
export function httpBinding(
  schema: SchemaInfo,
  route: {
    readonly method: string;
    readonly path: string;
    readonly status: number;
    readonly headers?: readonly (readonly [name: string, value: string])[] | undefined;
    readonly consumes?: readonly string[] | undefined;
    readonly produces?: readonly string[] | undefined;
    readonly version?: HttpVersion | undefined;
  },
): HttpBinding {
  const { version } = route;
  const plain = parsePath(joinPaths(schema.path, route.path), schema.id).text;
  const [path = plain, ...otherPaths] = versionedPaths(plain, version);
  return {
    method: route.method.toUpperCase(),
    path,
    status: route.status,
    headers: (route.headers ?? []).map(([name, value]) => [name.toLowerCase(), value] as const),
    consumes: route.consumes ?? [],
    produces: route.produces ?? [],
    ...(version ? { version } : {}),
    ...(otherPaths.length > 0 ? { otherPaths } : {}),
  };
}
