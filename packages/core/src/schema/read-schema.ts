import type { AnyClass } from '../metadata/annotate.js';
import { checkParameters } from './check-parameters.js';
import { ContractMarks } from './contract-marks.js';
import type { Extra } from './dto.js';
import { httpVersion, HttpVersionKey } from './http-version.js';
import { invalid } from './nodes/invalid.js';
import type { HttpBinding, Result, RpcBinding, SchemaInfo } from './operation.js';
import {
  ConsumesKey,
  HttpHeadersKey,
  HttpRouteKey,
  HttpStatusKey,
  OperationKey,
  ProducesKey,
  ReturnsKey,
  RpcKey,
} from './operation-keys.js';
import { parsePath } from './path-template.js';
import { readParameters } from './read-parameters.js';
import { SchemaKey } from './schema.js';
import { httpBinding, OperationPlan, SchemaPlan } from './schema-plan.js';
import { valueTypeOf } from './value-type-of.js';

/**
 * Reads a schema off a class: the only reader of what its decorators wrote. Done at start.
 *
 * @param type - a contract or a provider
 * @throws ChassisError `SCHEMA_INVALID` when something is declared in a way that cannot work, `TYPES_ERASED` when the compiler dropped the types of parameters
 *
 * @example
 * ```ts
 * for (const operation of readSchema(Catalog).operations) console.log(operation.id, operation.http?.path);
 * ```
 */
export function readSchema(type: AnyClass): SchemaInfo {
  const marks = new ContractMarks(type);
  const options = marks.read(SchemaKey);
  if (!options) throw invalid(type.name, 'it has no @Schema and implements no contract that has');
  const { id = type.name } = options;
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(id))
    throw invalid(type.name, `schema id '${id}' has other characters than letters, digits, '_', '-' and '.'`);
  const schema = new SchemaPlan({ options: { ...options, id }, type, read: (key) => marks.read(key) });
  for (const member of marks.members()) schema.operations.push(readOperation(schema, marks, member));
  if (schema.operations.length === 0)
    throw invalid(type.name, 'it has no operation; decorate a method with @Get, @Rpc, @Returns, ...');
  refuseTwins(schema);
  return schema;
}

function readOperation(schema: SchemaPlan, marks: ContractMarks, member: string): OperationPlan {
  const where = `${marks.type.name}.${member}`;
  const mark = marks.read(OperationKey, member) ?? {};
  const name = mark.name ?? member;
  const extra = marks.read(SchemaKey)!.extra;
  const http = readHttp(schema, marks, member);
  const rpc = readRpc(schema, marks, { member, name });
  if (rpc && !marks.read(ReturnsKey, member))
    throw invalid(where, 'an RPC method declares its result; add @Returns(Type), or @Returns() for none');
  const parameters = readParameters(marks, member, extra);
  checkParameters(parameters, { where, http, rpc, path: http && parsePath(http.path, where) });
  const result = readResult(marks, member, extra);
  return new OperationPlan(schema, {
    ...mark,
    name,
    member,
    parameters,
    result,
    http,
    rpc,
    read: (key) => marks.read(key, member),
  });
}

function readHttp(schema: SchemaInfo, marks: ContractMarks, member: string): HttpBinding | undefined {
  const route = marks.read(HttpRouteKey, member);
  const status = marks.read(HttpStatusKey, member);
  if (!route) {
    if (status !== undefined)
      throw invalid(`${marks.type.name}.${member}`, 'it has a status but no route; add @Get, @Post, ...');
    return undefined;
  }
  const returns = marks.read(ReturnsKey, member);
  const version = httpVersion(
    { schema: marks.read(HttpVersionKey), method: marks.read(HttpVersionKey, member) },
    `${marks.type.name}.${member}`,
  );
  return httpBinding(schema, {
    ...route,
    version,
    status: status ?? (returns && returns.spec === undefined ? 204 : 200),
    headers: marks.read(HttpHeadersKey, member),
    consumes: marks.read(ConsumesKey, member) ?? marks.read(ConsumesKey),
    produces: marks.read(ProducesKey, member) ?? marks.read(ProducesKey),
  });
}

function readRpc(
  schema: SchemaInfo,
  marks: ContractMarks,
  of: { readonly member: string; readonly name: string },
): RpcBinding | undefined {
  const rpc = marks.read(RpcKey, of.member);
  return rpc && { service: rpc.service ?? schema.id, method: rpc.method ?? of.name };
}

function readResult(marks: ContractMarks, member: string, extra: Extra | undefined): Result {
  const returns = marks.read(ReturnsKey, member);
  if (!returns) return { stream: false };
  const where = `result of ${marks.type.name}.${member}`;
  const description = returns.description === undefined ? {} : { description: returns.description };
  if (returns.spec === undefined) return { stream: false, empty: true, ...description };
  return {
    schema: valueTypeOf(returns.spec, { direction: 'out', where, ...(extra ? { extra } : {}) }),
    stream: returns.stream,
    ...description,
  };
}

function refuseTwins(schema: SchemaInfo): void {
  const names = schema.operations.map(({ name }) => name);
  const twin = names.find((name, index) => names.indexOf(name) !== index);
  if (twin !== undefined) throw invalid(`schema '${schema.id}'`, `two operations are named '${twin}'`);
}
