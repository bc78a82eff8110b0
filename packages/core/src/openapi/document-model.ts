import type { JsonSchema } from '../schema/json-schema.js';
import type { Operation, Parameter, SchemaInfo } from '../schema/operation.js';
import { parsePath, type PathTemplate } from '../schema/path-template.js';
import { DefinitionTable } from './definition-table.js';
import type { DocumentInfo } from './document-info.js';
import { problemSchema } from './problem-schema.js';

/** A parameter as both versions of OpenAPI show it. */
export interface DocumentedParameter {
  readonly parameter: Parameter;
  readonly json: JsonSchema;
  /** Whether it takes all the rest of the path. */
  readonly wildcard: boolean;
}

/** What comes back, as both versions show it. */
export interface DocumentedResult {
  readonly status: number;
  readonly description: string;
  /** None when nothing comes back, or nothing was declared. */
  readonly json: JsonSchema | undefined;
  readonly stream: boolean;
  readonly mediaTypes: readonly string[];
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** An operation as both versions show it. */
export interface DocumentedOperation {
  readonly operation: Operation;
  /** Unique in the document. */
  readonly operationId: string;
  /** Lower case. */
  readonly method: string;
  /** The key under `paths`. */
  readonly path: string;
  readonly template: PathTemplate;
  readonly parameters: readonly DocumentedParameter[];
  readonly consumes: readonly string[];
  readonly result: DocumentedResult;
}

/** What both versions are written from: everything that does not depend on the version is settled here. */
export interface DocumentModel {
  readonly info: DocumentInfo;
  readonly schemas: readonly SchemaInfo[];
  readonly operations: readonly DocumentedOperation[];
  /** By name; references point to `#/$defs/{name}`. */
  readonly definitions: ReadonlyMap<string, JsonSchema>;
  readonly problem: JsonSchema;
}

/** Nothing of these travels, or not over HTTP. */
const UNSHOWN = new Set(['context', 'request', 'response', 'argument']);

export function documentModel(schemas: readonly SchemaInfo[], info: DocumentInfo): DocumentModel {
  const table = new DefinitionTable();
  const shown = schemas.flatMap((schema) => schema.operations).filter((operation) => operation.http !== undefined);
  const taken = new Set<string>();
  const operations = shown.map((operation) =>
    documentOperation(operation, { table, taken, operationId: operationId(operation, shown) }),
  );
  const problem = table.add('Problem', problemSchema);
  return { info: withInterface(info, schemas), schemas, operations, definitions: table.schemas, problem };
}

interface Surroundings {
  readonly table: DefinitionTable;
  /** Methods and paths that are in the document already. */
  readonly taken: Set<string>;
  readonly operationId: string;
}

function documentOperation(operation: Operation, { table, taken, operationId: id }: Surroundings): DocumentedOperation {
  const http = operation.http!;
  const template = parsePath(http.path, operation.id);
  const method = http.method.toLowerCase();
  const wildcard = template.segments.find((segment) => segment.kind === 'wildcard')?.name;
  // Two routes that differ only by the patterns of their parameters are one to OpenAPI: the second shows its patterns.
  const path = [template.toOpenApi(), template.text].find((key) => !taken.has(`${method} ${key}`)) ?? template.text;
  taken.add(`${method} ${path}`);
  const parameters = operation.parameters
    .filter(({ place }) => !UNSHOWN.has(place))
    .map((parameter) => ({
      parameter,
      json: withPattern(table.use(parameter.schema), parameter, template),
      wildcard: parameter.place === 'path' && parameter.name === wildcard,
    }));
  const result = documentResult(operation, table);
  return { operation, operationId: id, method, path, template, parameters, consumes: consumesOf(operation), result };
}

function documentResult(operation: Operation, table: DefinitionTable): DocumentedResult {
  const http = operation.http!;
  const { schema, stream, empty, description } = operation.result;
  const bodiless = http.status === 204 || http.status === 304 || http.method === 'HEAD';
  const json = schema && !bodiless ? table.use(schema) : undefined;
  const said =
    empty || bodiless ? 'nothing comes back' : json ? 'the result' : 'the result, whose type is not declared';
  return {
    status: http.status,
    description: description ?? said,
    json: json && stream ? { type: 'array', items: json } : json,
    stream,
    mediaTypes: http.produces.length > 0 ? http.produces : ['application/json'],
    headers: http.headers.filter(([name]) => name !== 'content-type'),
  };
}

function consumesOf(operation: Operation): readonly string[] {
  const places = new Set(operation.parameters.map(({ place }) => place));
  if (operation.http!.consumes.length > 0) return operation.http!.consumes;
  if (places.has('file')) return ['multipart/form-data'];
  if (places.has('form')) return ['application/x-www-form-urlencoded'];
  return places.has('body') ? ['application/json'] : [];
}

/** A pattern of the path is one of the parameter, where that has none of its own. */
function withPattern(json: JsonSchema, { place, name }: Parameter, template: PathTemplate): JsonSchema {
  if (place !== 'path' || json['type'] !== 'string' || json['pattern'] !== undefined) return json;
  const segment = template.segments.find((each) => each.kind === 'parameter' && each.name === name);
  const pattern = segment?.kind === 'parameter' ? segment.pattern : undefined;
  return pattern === undefined ? json : { ...json, pattern: `^(?:${pattern})$` };
}

/** The operation's name, with its schema's where another of the document has it too. */
function operationId(operation: Operation, all: readonly Operation[]): string {
  const twins = all.filter(({ name }) => name === operation.name).length > 1;
  return twins ? `${operation.schema.id}_${operation.name}` : operation.name;
}

function withInterface(info: DocumentInfo, schemas: readonly SchemaInfo[]): DocumentInfo {
  const [only] = schemas;
  if (schemas.length !== 1 || only === undefined) return info;
  const javaInterface = info.javaInterface ?? only.javaInterface;
  const description = info.description ?? only.description;
  return {
    ...info,
    ...(javaInterface === undefined ? {} : { javaInterface }),
    ...(description === undefined ? {} : { description }),
  };
}
