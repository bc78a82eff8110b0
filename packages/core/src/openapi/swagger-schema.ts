import type { JsonSchema } from '../schema/json-schema.js';
import type { Json } from './document-info.js';

/** Keywords of a Schema Object in version 2.0 that mean the same in JSON Schema 2020-12. */
const SAME = new Set([
  'title',
  'description',
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
  'maxProperties',
  'minProperties',
  'required',
  'enum',
  'readOnly',
]);

/** A JSON Schema 2020-12 in the words of OpenAPI 2.0; what those have no word for stands in `x-` fields. */
export function swaggerSchema(schema: JsonSchema): Json {
  const written: Json = {};
  for (const [keyword, value] of Object.entries(schema)) Object.assign(written, writeKeyword(keyword, value, schema));
  if (written['type'] === 'array') written['items'] ??= {};
  if (Object.keys(written).length > 1 && typeof written['$ref'] === 'string') return besideReference(written);
  return withoutReadOnlyRequired(written);
}

/** The parts of `type`: version 2.0 knows one, and no `null`. */
export function swaggerType(type: unknown): Json {
  const types = (Array.isArray(type) ? (type as string[]) : [type as string]).filter((name) => name !== undefined);
  const plain = types.filter((name) => name !== 'null');
  return {
    ...(plain.length === 1 ? { type: plain[0] } : {}),
    ...(plain.length > 1 ? { 'x-types': plain } : {}),
    ...(types.includes('null') ? { 'x-nullable': true } : {}),
  };
}

/** Limits that exclude their bound are flags in version 2.0. */
export function swaggerBound(keyword: string, value: unknown, schema: JsonSchema): Json {
  const inclusive = keyword === 'exclusiveMinimum' ? 'minimum' : 'maximum';
  const other = schema[inclusive];
  const isTighter =
    typeof other !== 'number' || (inclusive === 'minimum' ? other <= (value as number) : other >= (value as number));
  return isTighter ? { [inclusive]: value, [keyword]: true } : {};
}

function writeKeyword(keyword: string, value: unknown, schema: JsonSchema): Json {
  switch (keyword) {
    case '$ref':
      return { $ref: String(value).replace('#/$defs/', '#/definitions/') };
    case 'type':
      return swaggerType(value);
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return swaggerBound(keyword, value, schema);
    case 'minimum':
    case 'maximum':
      return schema[`exclusiveM${keyword.slice(1)}`] === undefined
        ? { [keyword]: value }
        : looserBound(keyword, value, schema);
    case 'const':
      return { enum: [value] };
    case 'examples':
      return Array.isArray(value) && value.length > 0 ? { example: value[0] as unknown } : {};
    case 'properties':
      return { properties: eachSchema(value) };
    case 'items':
      return { items: value === false ? {} : subschema(value) };
    case 'additionalProperties':
      return { additionalProperties: typeof value === 'boolean' ? value : subschema(value) };
    case 'allOf':
      return { allOf: (value as unknown[]).map(subschema) };
    case 'anyOf':
    case 'oneOf':
      return writeUnion(keyword, value as readonly JsonSchema[]);
    default:
      return writeRest(keyword, value);
  }
}

/** Of an inclusive and an exclusive bound only the tighter one can be said. */
function looserBound(keyword: string, value: unknown, schema: JsonSchema): Json {
  const exclusive = schema[`exclusiveM${keyword.slice(1)}`] as number;
  const wins = keyword === 'minimum' ? (value as number) > exclusive : (value as number) < exclusive;
  return wins ? { [keyword]: value } : {};
}

/** `null` or one other is that other, marked; everything else only generators that know our field can read. */
function writeUnion(keyword: string, members: readonly JsonSchema[]): Json {
  const others = members.filter((member) => member['type'] !== 'null');
  const nullable = others.length < members.length ? { 'x-nullable': true } : {};
  const [only] = others;
  if (others.length === 1 && only) {
    const written = swaggerSchema(only);
    return { ...(written['$ref'] === undefined ? written : { allOf: [written] }), ...nullable };
  }
  return { [keyword === 'anyOf' ? 'x-any-of' : 'x-one-of']: others.map(swaggerSchema), ...nullable };
}

function writeRest(keyword: string, value: unknown): Json {
  if (SAME.has(keyword) || keyword.startsWith('x-')) return { [keyword]: value };
  if (keyword === 'contentEncoding') return {};
  if (keyword === 'discriminator') return { 'x-discriminator': definitionsIn(value) };
  if (keyword.startsWith('$')) return {};
  return { [`x-${keyword.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`]: definitionsIn(value) };
}

/** Version 2.0 ignores what stands beside a reference. */
function besideReference({ $ref, ...rest }: Json): Json {
  const { allOf, ...others } = rest;
  return { allOf: [{ $ref }, ...((allOf as unknown[] | undefined) ?? [])], ...others };
}

/** Version 2.0: what is only sent should not be required. */
function withoutReadOnlyRequired(schema: Json): Json {
  const { required, properties } = schema as { required?: string[]; properties?: Record<string, Json> };
  if (!required || !properties) return schema;
  const left = required.filter((name) => properties[name]?.['readOnly'] !== true);
  const { required: _all, ...others } = schema;
  return left.length > 0 ? { ...others, required: left } : others;
}

function eachSchema(value: unknown): Json {
  return Object.fromEntries(
    Object.entries(value as Record<string, unknown>).map(([name, item]) => [name, subschema(item)]),
  );
}

function subschema(value: unknown): Json {
  return typeof value === 'object' && value !== null ? swaggerSchema(value as JsonSchema) : {};
}

/** References inside an `x-` field still lead somewhere. */
function definitionsIn(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/definitions/')) as unknown;
}
