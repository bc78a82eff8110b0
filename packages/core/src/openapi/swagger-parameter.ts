import type { JsonSchema } from '../schema/json-schema.js';
import type { ParameterPlace } from '../schema/operation.js';
import type { Json } from './document-info.js';
import { swaggerBound, swaggerSchema, swaggerType } from './swagger-schema.js';

const PLAIN = new Set(['string', 'number', 'integer', 'boolean']);

/** Keywords that say something of a plain type in version 2.0. */
const SAME = new Set([
  'format',
  'default',
  'multipleOf',
  'maximum',
  'minimum',
  'maxLength',
  'minLength',
  'pattern',
  'maxItems',
  'minItems',
  'uniqueItems',
  'enum',
]);

/** A parameter outside the body: version 2.0 knows plain types and lists of them there; anything else is text, its schema beside it. */
export function swaggerParameter(json: JsonSchema, place: ParameterPlace): Json {
  const plain = plainType(json);
  if (plain) return plain;
  const items = json['items'] as JsonSchema | undefined;
  const item = json['type'] === 'array' && items ? plainType(items) : undefined;
  if (!item) return { type: 'string', 'x-schema': swaggerSchema(json) };
  const collectionFormat = place === 'query' || place === 'form' ? { collectionFormat: 'multi' } : {};
  return { type: 'array', items: item, ...limits(json), ...collectionFormat };
}

function plainType(json: JsonSchema): Json | undefined {
  const written = swaggerType(json['type']);
  if (typeof written['type'] !== 'string' || !PLAIN.has(written['type'])) return undefined;
  return { ...written, ...limits(json) };
}

function limits(json: JsonSchema): Json {
  const written: Json = {};
  for (const [keyword, value] of Object.entries(json)) {
    if (keyword === 'exclusiveMinimum' || keyword === 'exclusiveMaximum')
      Object.assign(written, swaggerBound(keyword, value, json));
    else if (keyword === 'const') written['enum'] = [value];
    else if (keyword === 'examples' && Array.isArray(value)) written['x-example'] = value[0];
    else if (SAME.has(keyword)) written[keyword] ??= value;
  }
  return written;
}
