import type { SchemaInfo } from '../schema/operation.js';
import type { DocumentInfo, Json } from './document-info.js';
import {
  documentModel,
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
    paths: pathsOf(model, (operation) => operationObject(operation, failure)),
    definitions: Object.fromEntries(definitions) as Json,
  };
}

function operationObject(documented: DocumentedOperation, failure: Json): Json {
  const { operation, parameters, consumes, result } = documented;
  const plain = parameters.filter(({ parameter }) => PLACES[parameter.place] !== undefined);
  const cookies = parameters.filter(({ parameter }) => parameter.place === 'cookie');
  return {
    ...operationNotes(documented),
    ...(operation.deprecated ? { deprecated: true } : {}),
    ...(consumes.length > 0 ? { consumes: [...consumes] } : {}),
    ...(result.json ? { produces: [...result.mediaTypes] } : {}),
    ...(plain.length > 0 ? { parameters: plain.map(parameterObject) } : {}),
    ...(cookies.length > 0 ? { 'x-cookie-parameters': cookies.map(cookieObject) } : {}),
    responses: { [result.status]: responseObject(result), default: failure },
  };
}

function parameterObject({ parameter, json, wildcard }: DocumentedParameter): Json {
  const { name, place, optional, description, deprecated } = parameter;
  const common = {
    name,
    in: PLACES[place]!,
    ...(description === undefined ? {} : { description }),
    ...(optional ? {} : { required: true }),
    ...(deprecated ? { 'x-deprecated': true } : {}),
    ...(wildcard ? { 'x-wildcard': true } : {}),
  };
  if (place === 'body') return { ...common, schema: swaggerSchema(json) };
  return { ...common, ...(place === 'file' ? { type: 'file' } : swaggerParameter(json, place)) };
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
