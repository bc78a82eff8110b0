import type { JsonSchema } from '../schema/json-schema.js';
import type { SchemaInfo } from '../schema/operation.js';
import type { DocumentInfo, Json } from './document-info.js';
import {
  documentModel,
  type DocumentModel,
  type DocumentedOperation,
  type DocumentedParameter,
  type DocumentedResult,
} from './document-model.js';
import { infoOf, operationNotes, pathsOf, tagsOf } from './shared-parts.js';
import { swaggerParameter } from './swagger-parameter.js';
import { swaggerSchema } from './swagger-schema.js';

/** What version 2.0 calls the places; cookies have none. */
const PLACES: Readonly<Record<string, string>> = {
  path: 'path',
  query: 'query',
  header: 'header',
  body: 'body',
  form: 'formData',
  file: 'formData',
};

/**
 * The OpenAPI 2.0 document of some schemas, as go-chassis and ServiceComb read it: of one, or of all that a listener offers.
 * What 2.0 cannot say stands in `x-` fields: nullable and union types, cookies, streams. Operations without a route are left out.
 *
 * @param schemas - in the order in which they shall appear
 * @param info - title and version are required by OpenAPI
 *
 * @example
 * ```ts
 * const document = toOpenApi2([readSchema(Catalog)], { title: 'catalog', version: '1.0.0' });
 * ```
 */
export function toOpenApi2(schemas: readonly SchemaInfo[], info: DocumentInfo): Json {
  const model = documentModel(schemas, info);
  const definitions = [...model.definitions].map(([name, schema]) => [name, swaggerSchema(schema)]);
  const failure = {
    description: 'a failure',
    schema: swaggerSchema(model.problem),
    'x-media-type': 'application/problem+json',
  };
  return {
    swagger: '2.0',
    info: infoOf(model.info),
    basePath: '/',
    tags: tagsOf(model),
    paths: pathsOf(model, (operation) => operationObject(operation, failure, model)),
    definitions: Object.fromEntries(definitions) as Json,
  };
}

function operationObject(documented: DocumentedOperation, failure: Json, model: DocumentModel): Json {
  const { operation, parameters, consumes, result } = documented;
  const plain = parameters.filter(({ parameter }) => PLACES[parameter.place] !== undefined);
  const cookies = parameters.filter(({ parameter }) => parameter.place === 'cookie');
  return {
    ...operationNotes(documented),
    ...(operation.deprecated ? { deprecated: true } : {}),
    ...(consumes.length > 0 ? { consumes: [...consumes] } : {}),
    ...(result.json ? { produces: [...result.mediaTypes] } : {}),
    ...(plain.length > 0 ? { parameters: plain.flatMap((each) => parameterObjects(each, documented, model)) } : {}),
    ...(cookies.length > 0 ? { 'x-cookie-parameters': cookies.map(cookieObject) } : {}),
    responses: { [result.status]: responseObject(result), default: failure },
  };
}

const FORM = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)$/;

/** A body that comes as a form is its fields to version 2.0. */
function parameterObjects(
  documented: DocumentedParameter,
  { consumes }: DocumentedOperation,
  { definitions }: DocumentModel,
): readonly Json[] {
  const { parameter, json } = documented;
  if (parameter.place !== 'body' || !consumes.every((mediaType) => FORM.test(mediaType))) {
    return [parameterObject(documented, consumes)];
  }
  if (parameter.stream) return [{ name: parameter.name, in: 'formData', type: 'file' }];
  const reference = String(json['$ref'] ?? '').slice('#/$defs/'.length);
  const schema = definitions.get(reference) ?? json;
  const required = (schema['required'] ?? []) as readonly string[];
  const fields = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
  return fields.map(([name, field]) => ({
    ...{ name, in: 'formData', ...(required.includes(name) && { required: true }) },
    ...swaggerParameter(field, 'form'),
  }));
}

function parameterObject({ parameter, json, wildcard }: DocumentedParameter, consumes: readonly string[]): Json {
  const { name, place, optional, description, deprecated, stream, file } = parameter;
  const common = {
    name,
    in: PLACES[place]!,
    ...(description === undefined ? {} : { description }),
    ...(optional ? {} : { required: true }),
    ...(deprecated ? { 'x-deprecated': true } : {}),
    ...(wildcard ? { 'x-wildcard': true } : {}),
  };
  if (place === 'file') return { ...common, type: 'file', ...(file?.list ? { 'x-list': true } : {}) };
  if (place !== 'body') return { ...common, ...swaggerParameter(json, place) };
  const isBytes = json['contentEncoding'] === 'base64' && !consumes.some((mediaType) => /\bjson\b/.test(mediaType));
  const schema = isBytes ? { type: 'string', format: 'binary' } : swaggerSchema(json);
  return { ...common, schema, ...(stream ? { 'x-stream': true } : {}) };
}

function cookieObject({ parameter, json }: DocumentedParameter): Json {
  return { name: parameter.name, ...(parameter.optional ? {} : { required: true }), schema: swaggerSchema(json) };
}

function responseObject({ description, headers, json, stream, mediaTypes }: DocumentedResult): Json {
  const shown = headers.map(([name, value]) => [name, { type: 'string', enum: [value] }]);
  const isBytes = json?.['contentEncoding'] === 'base64';
  const isFile = isBytes && mediaTypes.every((mediaType) => !/\bjson\b/.test(mediaType));
  return {
    description,
    ...(json ? { schema: isFile ? { type: 'file' } : swaggerSchema(json) } : {}),
    ...(shown.length > 0 ? { headers: Object.fromEntries(shown) as Json } : {}),
    ...(stream ? { 'x-stream': true } : {}),
  };
}
