import type { JsonSchema } from '../schema/json-schema.js';
import type { SchemaInfo } from '../schema/operation.js';
import type { DocumentInfo, Json } from './document-info.js';
import {
  documentModel,
  type DocumentedOperation,
  type DocumentedParameter,
  type DocumentedResult,
} from './document-model.js';
import { mapReferences } from './map-references.js';
import { infoOf, operationNotes, pathsOf, tagsOf } from './shared-parts.js';

/** The places that are parameters in version 3.1; forms and files are parts of the body. */
const PLACES = new Set(['path', 'query', 'header', 'cookie']);

/**
 * The OpenAPI 3.1 document of some schemas: of one, or of all that a listener offers. Operations without a route are left out.
 *
 * @param schemas - in the order in which they shall appear
 * @param info - title and version are required by OpenAPI
 *
 * @example
 * ```ts
 * const document = toOpenApi31([readSchema(Catalog)], { title: 'catalog', version: '1.0.0' });
 * ```
 */
export function toOpenApi31(schemas: readonly SchemaInfo[], info: DocumentInfo): Json {
  const model = documentModel(schemas, info);
  const definitions = [...model.definitions].map(([name, schema]) => [name, local(schema)]);
  const failure = {
    description: 'a failure',
    content: { 'application/problem+json': { schema: local(model.problem) } },
  };
  return {
    openapi: '3.1.0',
    info: infoOf(model.info),
    tags: tagsOf(model),
    paths: pathsOf(model, (operation) => operationObject(operation, failure)),
    components: { schemas: Object.fromEntries(definitions) as Json },
  };
}

function operationObject(documented: DocumentedOperation, failure: Json): Json {
  const parameters = documented.parameters.filter(({ parameter }) => PLACES.has(parameter.place));
  const body = requestBody(documented);
  return {
    ...operationNotes(documented),
    ...(documented.operation.deprecated ? { deprecated: true } : {}),
    ...(parameters.length > 0 ? { parameters: parameters.map(parameterObject) } : {}),
    ...(body ? { requestBody: body } : {}),
    responses: { [documented.result.status]: responseObject(documented.result), default: failure },
  };
}

function parameterObject({ parameter, json, wildcard }: DocumentedParameter): Json {
  const { name, place, optional, description, deprecated } = parameter;
  return {
    name,
    in: place,
    ...(description === undefined ? {} : { description }),
    ...(optional ? {} : { required: true }),
    ...(deprecated ? { deprecated } : {}),
    ...(wildcard ? { 'x-wildcard': true } : {}),
    schema: local(json),
  };
}

function requestBody({ parameters, consumes }: DocumentedOperation): Json | undefined {
  const body = parameters.find(({ parameter }) => parameter.place === 'body');
  const parts = parameters.filter(({ parameter }) => parameter.place === 'form' || parameter.place === 'file');
  if (!body && parts.length === 0) return undefined;
  const schema = formSchema(parts);
  const required = body ? !body.parameter.optional : parts.some(({ parameter }) => !parameter.optional);
  const description = body?.parameter.description;
  return {
    ...(body ? { 'x-name': body.parameter.name } : {}),
    ...(description === undefined ? {} : { description }),
    ...(required ? { required } : {}),
    content: Object.fromEntries(
      consumes.map((mediaType) => [mediaType, { schema: body ? resultSchema(body.json, mediaType) : schema }]),
    ),
  };
}

function formSchema(parts: readonly DocumentedParameter[]): Json {
  const required = parts.filter(({ parameter }) => !parameter.optional).map(({ parameter }) => parameter.name);
  return {
    type: 'object',
    properties: Object.fromEntries(parts.map((part) => [part.parameter.name, partSchema(part)])),
    ...(required.length > 0 ? { required } : {}),
  };
}

function partSchema({ parameter, json }: DocumentedParameter): Json {
  const { description, place, file } = parameter;
  const one = { type: 'string', contentMediaType: 'application/octet-stream' };
  const several = { type: 'array', items: one, ...(file?.maxCount === undefined ? {} : { maxItems: file.maxCount }) };
  const schema = place === 'file' ? (file?.list ? several : one) : local(json);
  return { ...schema, ...(description === undefined ? {} : { description }) };
}

function responseObject({ description, headers, json, stream, mediaTypes }: DocumentedResult): Json {
  const shown = headers.map(([name, value]) => [name, { schema: { type: 'string', const: value } }]);
  const content = mediaTypes.map((mediaType) => [
    mediaType,
    { schema: json && resultSchema(stream ? framed(json, mediaType) : json, mediaType) },
  ]);
  return {
    description,
    ...(shown.length > 0 ? { headers: Object.fromEntries(shown) as Json } : {}),
    ...(json ? { content: Object.fromEntries(content) as Json } : {}),
    ...(stream ? { 'x-stream': true } : {}),
  };
}

/** Line by line or as events each item stands for itself; only the array holds them all. */
function framed(json: JsonSchema, mediaType: string): JsonSchema {
  const items = json['items'] as JsonSchema | undefined;
  return items && /^(?:application\/(?:x-ndjson|jsonl)|text\/event-stream)/.test(mediaType) ? items : json;
}

/** Bytes are base64 inside JSON only. */
function resultSchema(json: JsonSchema, mediaType: string): Json {
  if (json['contentEncoding'] !== 'base64' || /\bjson\b/.test(mediaType)) return local(json);
  return { type: 'string', contentMediaType: mediaType };
}

function local(schema: JsonSchema): Json {
  return mapReferences(schema, (name) => name, '#/components/schemas/') as Json;
}
