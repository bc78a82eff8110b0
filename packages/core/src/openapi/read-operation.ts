import type { OperationDefinition } from '../schema/define-schema.js';
import { jsonSpec } from '../schema/json-spec.js';
import type { ParameterMark } from '../schema/parameter-mark.js';
import type { ParameterPlace } from '../schema/operation.js';
import type { HttpVersionMark } from '../schema/http-version.js';
import type { Spec } from '../schema/spec.js';
import type { Json } from './document-info.js';
import { readVersion } from './document-version.js';

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
  const version = readVersion(operation['x-version']);
  const parameters = Object.fromEntries(given.flatMap((each) => readParameter(each)));
  // What asks for the version is not an argument.
  if (version?.by === 'header') delete parameters[version.name!];
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
        produces: produced(
          operation['produces'] ?? Object.keys((response['content'] as Json | undefined) ?? {}),
          version,
        ),
        ...(version ? { version } : {}),
      },
      parameters,
      ...(hasResult ? { returns: { type: ANYTHING, stream: response['x-stream'] === true } } : {}),
    },
  };
}

/** What is offered as JSON is asked for as JSON. */
function produced(shown: unknown, version: HttpVersionMark | undefined): readonly string[] {
  const suffix = version?.by === 'media-type' ? `;${version.name}=${String(version.versions[0])}` : '';
  const given = listOf(shown).map((type) =>
    typeof type === 'string' && type.endsWith(suffix) ? type.slice(0, type.length - suffix.length) : type,
  );
  return listOf(given).includes('application/json') ? [] : mediaTypes(given);
}

/** JSON is the default and needs no word. */
function mediaTypes(given: unknown): readonly string[] {
  return listOf(given).filter((each): each is string => typeof each === 'string' && each !== 'application/json');
}

function readParameter(parameter: Json): [string, Mark][] {
  const name = textOf(parameter['name']);
  if (name === undefined) return [];
  const optional = parameter['required'] === true ? {} : { optional: true };
  if (parameter['in'] === 'body')
    return [[name, { place: 'body', type: ANYTHING, ...optional, ...streamOf(parameter) }]];
  const place = PLACES[String(parameter['in'])];
  if (place === undefined) return [];
  const json = isObject(parameter['schema']) ? parameter['schema'] : parameter;
  if (json['type'] === 'file') return [[name, { place: 'file', file: { list: json['x-list'] === true }, ...optional }]];
  return [[name, { place, type: specOf(json), ...(place === 'path' ? {} : optional) }]];
}

function streamOf(body: Json): Pick<Mark, 'stream'> {
  if (body['x-stream'] !== true) return {};
  const schema = isObject(body['schema']) ? body['schema'] : {};
  return { stream: schema['format'] === 'binary' ? 'bytes' : 'items' };
}

function readCookies(operation: Json): Record<string, Mark> {
  const cookies = listOf(operation['x-cookie-parameters']).filter(isObject);
  return Object.fromEntries(cookies.flatMap((cookie) => readParameter({ ...cookie, in: 'cookie' })));
}

/** Version 3: one body, whose name nobody says; of a form its fields. */
function readBody(operation: Json, root: Json): Record<string, Mark> {
  if (operation['requestBody'] === undefined) return {};
  const body = resolve(operation['requestBody'], root);
  const [mediaType, content] = Object.entries(isObject(body['content']) ? body['content'] : {})[0] ?? [];
  if (mediaType !== undefined && FORM.test(mediaType) && body['x-name'] === undefined) {
    return readForm(resolve((content as Json)['schema'], root), root);
  }
  return {
    [textOf(body['x-name']) ?? 'body']: {
      place: 'body',
      type: ANYTHING,
      ...(body['required'] === true ? {} : { optional: true }),
    },
  };
}

const FORM = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)$/;

function readForm(schema: Json, root: Json): Record<string, Mark> {
  const required = listOf(schema['required']);
  const fields = Object.entries(isObject(schema['properties']) ? schema['properties'] : {});
  return Object.fromEntries(
    fields.map(([name, field]): [string, Mark] => {
      const json = resolve(field, root);
      const optional = required.includes(name) ? {} : { optional: true };
      const list = isObject(json['items']) && isBinary(json['items']);
      if (list || isBinary(json)) return [name, { place: 'file', file: { list }, ...optional }];
      return [name, { place: 'form', type: specOf(json), ...optional }];
    }),
  );
}

function isBinary(json: Json): boolean {
  return json['type'] === 'string' && (json['contentMediaType'] !== undefined || json['format'] === 'binary');
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
