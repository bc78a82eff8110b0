import type { OperationDefinition } from '../schema/define-schema.js';
import { jsonSpec } from '../schema/json-spec.js';
import type { ParameterMark } from '../schema/parameter-mark.js';
import type { ParameterPlace } from '../schema/operation.js';
import type { Spec } from '../schema/spec.js';
import type { Json } from './document-info.js';

/** Where an operation stands in a document. */
export interface OperationSite {
  readonly root: Json;
  readonly method: string;
  readonly path: string;
  /** What is said of all operations of the path. */
  readonly item: Json;
}

type Mark = Omit<ParameterMark, 'name'>;

const ANYTHING = jsonSpec({});

const PLACES: Readonly<Record<string, ParameterPlace>> = {
  path: 'path',
  query: 'query',
  header: 'header',
  cookie: 'cookie',
  formData: 'form',
};

/** What a caller needs to know of one operation. */
export function readOperation(
  operation: Json,
  site: OperationSite,
): { readonly name: string; readonly definition: OperationDefinition } {
  const given = [...listOf(site.item['parameters']), ...listOf(operation['parameters'])].map((each) =>
    resolve(each, site.root),
  );
  const parameters = Object.fromEntries(given.flatMap((each) => readParameter(each)));
  Object.assign(parameters, readCookies(operation), readBody(operation, site.root));
  const name = textOf(operation['x-operation']) ?? textOf(operation['operationId']) ?? `${site.method} ${site.path}`;
  const [status, response] = success(operation, site.root);
  const hasResult = response['schema'] !== undefined || response['content'] !== undefined;
  return {
    name,
    definition: {
      http: {
        method: site.method.toUpperCase(),
        path: textOf(operation['x-path']) ?? site.path,
        status,
        consumes: mediaTypes(operation['consumes']),
        produces: mediaTypes(operation['produces'] ?? Object.keys((response['content'] as Json | undefined) ?? {})),
      },
      parameters,
      ...(hasResult ? { returns: { type: ANYTHING, stream: response['x-stream'] === true } } : {}),
    },
  };
}

/** JSON is the default and needs no word. */
function mediaTypes(given: unknown): readonly string[] {
  return listOf(given).filter((each): each is string => typeof each === 'string' && each !== 'application/json');
}

function readParameter(parameter: Json): [string, Mark][] {
  const name = textOf(parameter['name']);
  if (name === undefined) return [];
  const optional = parameter['required'] === true ? {} : { optional: true };
  if (parameter['in'] === 'body') return [[name, { place: 'body', type: ANYTHING, ...optional }]];
  const place = PLACES[String(parameter['in'])];
  if (place === undefined) return [];
  const json = isObject(parameter['schema']) ? parameter['schema'] : parameter;
  return [
    [
      name,
      { place: json['type'] === 'file' ? 'file' : place, type: specOf(json), ...(place === 'path' ? {} : optional) },
    ],
  ];
}

function readCookies(operation: Json): Record<string, Mark> {
  const cookies = listOf(operation['x-cookie-parameters']).filter(isObject);
  return Object.fromEntries(cookies.flatMap((cookie) => readParameter({ ...cookie, in: 'cookie' })));
}

/** Version 3: one body, whose name nobody says. */
function readBody(operation: Json, root: Json): Record<string, Mark> {
  if (operation['requestBody'] === undefined) return {};
  const body = resolve(operation['requestBody'], root);
  return {
    [textOf(body['x-name']) ?? 'body']: {
      place: 'body',
      type: ANYTHING,
      ...(body['required'] === true ? {} : { optional: true }),
    },
  };
}

function success(operation: Json, root: Json): readonly [status: number, response: Json] {
  const responses = isObject(operation['responses']) ? operation['responses'] : {};
  const status = Object.keys(responses).find((code) => /^2\d\d$/.test(code));
  return status === undefined ? [200, {}] : [Number(status), resolve(responses[status], root)];
}

/** Enough for a caller to write a value in a path, a query or a header. */
function specOf(json: Json): Spec {
  const type = json['type'];
  if (type === 'string' && json['x-schema'] === undefined) return String;
  if (type === 'number' || type === 'integer') return Number;
  if (type === 'boolean') return Boolean;
  if (type === 'array' && isObject(json['items'])) return [specOf(json['items'])];
  return ANYTHING;
}

/** A value or what its reference points to in the same document. */
function resolve(value: unknown, root: Json): Json {
  if (!isObject(value)) return {};
  const reference = textOf(value['$ref']);
  if (reference === undefined || !reference.startsWith('#/')) return value;
  let found: unknown = root;
  for (const step of reference.slice(2).split('/')) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    found = isObject(found) && Object.hasOwn(found, name) ? found[name] : undefined;
  }
  return isObject(found) ? found : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
