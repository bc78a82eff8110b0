import type { MetadataKey } from '../metadata/metadata-key.js';
import { isSecretName } from '../security/is-secret-name.js';
import { checkParameters } from './check-parameters.js';
import { httpVersion, type HttpVersionMark } from './http-version.js';
import { isOpaque, isServerOnly, makeParameter } from './make-parameter.js';
import { invalid } from './nodes/invalid.js';
import type { Operation, Parameter, Result, SchemaInfo } from './operation.js';
import type { OperationMark } from './operation-keys.js';
import type { ParameterMark } from './parameter-mark.js';
import { parsePath } from './path-template.js';
import type { SchemaOptions } from './schema.js';
import { httpBinding, OperationPlan, SchemaPlan } from './schema-plan.js';
import type { Spec } from './spec.js';
import { valueTypeOf } from './value-type-of.js';

/**
 * What an operation of {@link defineSchema} gives back, said in full.
 *
 * @example
 * ```ts
 * const returns: DetailedResult = { type: Book, stream: true, description: 'all books' };
 * ```
 */
export interface DetailedResult {
  readonly type: Spec;
  readonly stream?: boolean;
  readonly description?: string;
}

/**
 * One operation of {@link defineSchema}.
 *
 * @example
 * ```ts
 * const live: OperationDefinition = { http: { method: 'GET', path: '/livez' }, returns: String, run: () => 'ok' };
 * ```
 */
export interface OperationDefinition extends Omit<OperationMark, 'name'> {
  readonly http?: {
    readonly method: string;
    readonly path: string;
    /** Default 200, or 204 when `returns` is left out. */
    readonly status?: number;
    readonly headers?: readonly (readonly [name: string, value: string])[];
    readonly consumes?: readonly string[];
    /** `['text/plain']` lets a result that is text or bytes out as it is. */
    readonly produces?: readonly string[];
    readonly version?: HttpVersionMark;
  };
  readonly rpc?: { readonly service?: string; readonly method?: string };
  /** By name, in the order in which `run` takes them; each says its type. */
  readonly parameters?: Readonly<Record<string, Omit<ParameterMark, 'name'>>>;
  /** Left out: nothing comes back. */
  readonly returns?: Spec | DetailedResult;
  /** What serves it; left out when another service does. */
  readonly run?: (...args: never[]) => unknown;
  /** What handlers and plug-ins read, as if decorators had written it. */
  readonly marks?: ReadonlyMap<MetadataKey<unknown>, unknown>;
}

/**
 * A schema without a class.
 *
 * @example
 * ```ts
 * const definition: SchemaDefinition = { id: 'health', operations: { live } };
 * ```
 */
export interface SchemaDefinition extends SchemaOptions {
  readonly id: string;
  readonly operations: Readonly<Record<string, OperationDefinition>>;
  readonly marks?: ReadonlyMap<MetadataKey<unknown>, unknown>;
}

/**
 * Makes a schema without decorators and without a container: for endpoints that frameworks and plug-ins serve themselves.
 *
 * @throws ChassisError `SCHEMA_INVALID` as `readSchema`
 *
 * @example
 * ```ts
 * const health = defineSchema({
 *   id: 'health',
 *   operations: {
 *     live: { http: { method: 'GET', path: '/livez', produces: ['text/plain'] }, returns: String, run: () => 'ok' },
 *   },
 * });
 * ```
 */
export function defineSchema(definition: SchemaDefinition): SchemaInfo {
  const { operations, marks, ...options } = definition;
  const schema = new SchemaPlan({ options, read: reader(marks) });
  for (const [name, operation] of Object.entries(operations))
    schema.operations.push(define(schema, name, operation, definition));
  return schema;
}

function define(schema: SchemaInfo, name: string, operation: OperationDefinition, { extra }: SchemaOptions): Operation {
  const where = `${schema.id}.${name}`;
  const { http: route, rpc, run, summary, description, deprecated } = operation;
  const result = resultOf(operation.returns, where);
  const http =
    route &&
    httpBinding(schema, {
      ...route,
      status: route.status ?? (result.schema ? 200 : 204),
      version: httpVersion({ schema: undefined, method: route.version }, where),
    });
  const parameters = Object.entries(operation.parameters ?? {}).map(([parameter, mark], index): Parameter => {
    const at = `${where}, parameter '${parameter}'`;
    if (!isTyped(mark) && !isServerOnly(mark.place) && !isOpaque(mark)) {
      throw invalid(at, 'a schema without a class names the type of each parameter, as in { type: String }');
    }
    return makeParameter(mark, {
      index,
      name: parameter,
      where: at,
      spec: mark.type,
      extra: mark.extra ?? extra,
      secret: mark.secret ?? isSecretName(parameter),
    });
  });
  const binding = rpc && { service: rpc.service ?? schema.id, method: rpc.method ?? name };
  checkParameters(parameters, { where, http, rpc: binding, path: http && parsePath(http.path, where) });
  const said = {
    ...(summary === undefined ? {} : { summary }),
    ...(description === undefined ? {} : { description }),
    ...(deprecated ? { deprecated } : {}),
  };
  return new OperationPlan(schema, {
    ...said,
    name,
    member: name,
    parameters,
    result,
    http,
    rpc: binding,
    run,
    read: reader(operation.marks),
  });
}

function isTyped({ type, enum: members, map, union }: Omit<ParameterMark, 'name'>): boolean {
  return type !== undefined || members !== undefined || map !== undefined || union !== undefined;
}

function resultOf(returns: OperationDefinition['returns'], where: string): Result {
  if (returns === undefined) return { stream: false, empty: true };
  const { type, stream = false, description }: DetailedResult = isDetailed(returns) ? returns : { type: returns };
  return {
    schema: valueTypeOf(type, { direction: 'out', where: `result of ${where}` }),
    stream,
    ...(description === undefined ? {} : { description }),
  };
}

function isDetailed(returns: Spec | DetailedResult): returns is DetailedResult {
  return typeof returns === 'object' && !('~standard' in returns) && !Array.isArray(returns) && 'type' in returns;
}

function reader(
  marks: ReadonlyMap<MetadataKey<unknown>, unknown> | undefined,
): <T>(key: MetadataKey<T>) => T | undefined {
  return <T>(key: MetadataKey<T>) => marks?.get(key) as T | undefined;
}
