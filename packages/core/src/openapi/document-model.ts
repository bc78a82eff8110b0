import type { JsonSchema } from '../schema/json-schema.js';
import type { BodyStream, Operation, Parameter, SchemaInfo } from '../schema/operation.js';
import { parsePath, type PathTemplate } from '../schema/path-template.js';
import { DefinitionTable } from './definition-table.js';
import type { DocumentInfo } from './document-info.js';
import { versionedMediaTypes, versionParameter, versionText } from './document-version.js';
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
  /** For a further path of an operation: the id it has at its first. */
  readonly alias: string | undefined;
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
const UNSHOWN = new Set(['context', 'request', 'response', 'custom', 'argument']);

export function documentModel(schemas: readonly SchemaInfo[], info: DocumentInfo): DocumentModel {
  const table = new DefinitionTable();
  const shown = schemas.flatMap((schema) => schema.operations).filter((operation) => operation.http !== undefined);
  const taken = new Set<string>();
  const operations = shown.flatMap((operation) => {
    const id = operationId(operation, shown);
    const { path, otherPaths = [], version } = operation.http!;
    return [path, ...otherPaths].map((each, index) => {
      const alias = index === 0 ? undefined : id;
      const own = alias === undefined ? id : `${id}_${version?.versions[index] ?? 'unversioned'}`;
      return documentOperation(operation, { ...{ table, taken, alias }, operationId: own, path: each });
    });
  });
  const problem = table.add('Problem', problemSchema);
  return { info: withInterface(info, schemas), schemas, operations, definitions: table.schemas, problem };
}

interface Surroundings {
  readonly table: DefinitionTable;
  /** Methods and paths that are in the document already. */
  readonly taken: Set<string>;
  readonly operationId: string;
  readonly path: string;
  readonly alias: string | undefined;
}

function documentOperation(operation: Operation, surroundings: Surroundings): DocumentedOperation {
  const { table, taken, operationId: id, alias } = surroundings;
  const http = operation.http!;
  const template = parsePath(surroundings.path, operation.id);
  const method = http.method.toLowerCase();
  const wildcard = template.segments.find((segment) => segment.kind === 'wildcard')?.name;
  // Two routes that differ only by the patterns of their parameters are one to OpenAPI: the second shows its patterns.
  // Two that differ only by their version too: the second shows its version, where no request carries it.
  const plain = template.toOpenApi();
  const keys = [plain, plain === template.text ? '' : template.text, `${plain}#${versionText(http.version) ?? id}`];
  const path = keys.find((key) => key !== '' && !taken.has(`${method} ${key}`)) ?? template.text;
  taken.add(`${method} ${path}`);
  const shownVersion = versionParameter(http.version);
  const parameters = [...operation.parameters, ...(shownVersion ? [shownVersion] : [])]
    .filter(({ place }) => !UNSHOWN.has(place))
    .map((parameter) => ({
      parameter,
      json: withPattern(jsonOf(parameter, table), parameter, template),
      wildcard: parameter.place === 'path' && parameter.name === wildcard,
    }));
  const result = documentResult(operation, table);
  const consumes = consumesOf(operation);
  return { operation, operationId: id, alias, method, path, template, parameters, consumes, result };
}

/** What a stream is offered as beside the array it is without a word. */
const STREAMED = ['application/json', 'application/x-ndjson', 'text/event-stream'];

function documentResult(operation: Operation, table: DefinitionTable): DocumentedResult {
  const http = operation.http!;
  const { schema, stream, empty, description } = operation.result;
  const produces = http.produces.length > 0 ? http.produces : stream ? STREAMED : ['application/json'];
  const bodiless = http.status === 204 || http.status === 304 || http.method === 'HEAD';
  const json = schema && !bodiless ? table.use(schema) : undefined;
  const said =
    empty || bodiless ? 'nothing comes back' : json ? 'the result' : 'the result, whose type is not declared';
  return {
    status: http.status,
    description: description ?? said,
    json: json && stream ? { type: 'array', items: json } : json,
    stream,
    mediaTypes: versionedMediaTypes(produces, http.version),
    headers: http.headers.filter(([name]) => name !== 'content-type'),
  };
}

/** Bytes as they are; a document shows them as binary text. */
const BYTES: JsonSchema = { type: 'string', contentEncoding: 'base64', format: 'byte' };

/** Of a parameter's whole value: a stream of items is a list to a document, since no version can say more. */
function jsonOf({ place, stream, file, schema }: Parameter, table: DefinitionTable): JsonSchema {
  if (place === 'file') return file?.list ? { type: 'array', items: BYTES } : BYTES;
  if (stream === 'bytes') return BYTES;
  if (stream === 'parts') return { type: 'object', additionalProperties: true };
  return stream === 'items' ? { type: 'array', items: table.use(schema) } : table.use(schema);
}

function consumesOf(operation: Operation): readonly string[] {
  const places = new Set(operation.parameters.map(({ place }) => place));
  const hasBody = places.has('body') || places.has('form') || places.has('file');
  if (hasBody && operation.http!.consumes.length > 0) return operation.http!.consumes;
  if (places.has('file')) return ['multipart/form-data'];
  if (places.has('form')) return ['application/x-www-form-urlencoded'];
  const body = operation.parameters.find(({ place }) => place === 'body');
  return body ? CONSUMED[body.stream ?? 'whole'] : [];
}

const CONSUMED: Readonly<Record<BodyStream | 'whole', readonly string[]>> = {
  whole: ['application/json'],
  items: ['application/json', 'application/x-ndjson'],
  bytes: ['application/octet-stream'],
  parts: ['multipart/form-data'],
};

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
