import { coreError } from '../../errors/index.js';
import type { JsonSchema } from '../../schema/json-schema.js';

/** What may be said of a value without constraining it. */
const ANNOTATIONS = new Set([
  '$schema',
  '$id',
  '$comment',
  '$defs',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  'format',
]);
const CONSTRAINTS = new Set([
  '$ref',
  'type',
  'enum',
  'const',
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'properties',
  'patternProperties',
  'additionalProperties',
  'required',
  'minProperties',
  'maxProperties',
  'propertyNames',
  'items',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
]);

/** Schemas below a schema, by the keyword that holds them. */
const HOLDS_MAP = ['properties', 'patternProperties', '$defs'];
const HOLDS_LIST = ['allOf', 'anyOf', 'oneOf'];
const HOLDS_ONE = ['additionalProperties', 'propertyNames', 'items', 'not'];

/**
 * Refuses what this room would not check: sections are read at start, before any schema compiler is loaded.
 *
 * @throws ChassisError `SCHEMA_INVALID` naming the section and the keyword
 */
export function requireSupported(section: string, schema: JsonSchema): void {
  for (const [keyword, value] of Object.entries(schema)) {
    if (!ANNOTATIONS.has(keyword) && !CONSTRAINTS.has(keyword) && !keyword.startsWith('x-')) {
      throw coreError(
        'SCHEMA_INVALID',
        `section ${section} uses the keyword ${keyword}, which schemas of configuration do not know; they know ${[...CONSTRAINTS].join(', ')}`,
      );
    }
    if (keyword === 'pattern') requireExpression(section, value);
    if (keyword === 'patternProperties')
      for (const pattern of Object.keys(value as object)) requireExpression(section, pattern);
    for (const inner of innerSchemas(keyword, value)) requireSupported(section, inner);
  }
}

function requireExpression(section: string, pattern: unknown): void {
  try {
    new RegExp(String(pattern), 'u');
  } catch (error) {
    throw coreError(
      'SCHEMA_INVALID',
      `section ${section} has the pattern ${String(pattern)}: ${(error as Error).message}`,
    );
  }
}

function innerSchemas(keyword: string, value: unknown): JsonSchema[] {
  const found: unknown[] = [];
  if (HOLDS_MAP.includes(keyword)) found.push(...Object.values(value as object));
  if (HOLDS_LIST.includes(keyword)) found.push(...(value as unknown[]));
  if (HOLDS_ONE.includes(keyword)) found.push(value);
  return found.filter((inner): inner is JsonSchema => typeof inner === 'object' && inner !== null);
}

/** Follows `$ref` to the `$defs` of the section's schema. */
export function resolve(root: JsonSchema, schema: JsonSchema): JsonSchema {
  let node = schema;
  for (let hops = 0; typeof node['$ref'] === 'string'; hops += 1) {
    const name = node['$ref'].replace(/^#\/\$defs\//, '');
    const target = (root['$defs'] as Record<string, JsonSchema> | undefined)?.[name];
    if (!target || hops > 20)
      throw coreError('SCHEMA_INVALID', `a section refers to ${node['$ref']}, which is not there`);
    node = target;
  }
  return node;
}

/** The types a schema allows; empty when it does not say. */
export function typesOf(schema: JsonSchema): readonly string[] {
  const type = schema['type'];
  if (typeof type === 'string') return [type];
  if (Array.isArray(type)) return type as string[];
  if (schema['properties'] || schema['additionalProperties'] || schema['patternProperties']) return ['object'];
  return schema['items'] ? ['array'] : [];
}

/** Whether values of a schema are maps, or may be. */
export function mayBeMap(schema: JsonSchema): boolean {
  const types = typesOf(schema);
  if (types.length > 0) return types.includes('object');
  return schema['enum'] === undefined && schema['const'] === undefined;
}

/** The schema of one name of a map: undefined when the map does not declare it, true when anything may stand there. */
export function memberSchema(schema: JsonSchema, name: string): JsonSchema | true | undefined {
  const properties = schema['properties'] as Record<string, JsonSchema> | undefined;
  if (properties && Object.hasOwn(properties, name)) return properties[name];
  for (const [pattern, inner] of Object.entries((schema['patternProperties'] as object | undefined) ?? {})) {
    if (new RegExp(pattern, 'u').test(name)) return inner as JsonSchema;
  }
  const additional = schema['additionalProperties'];
  if (typeof additional === 'object' && additional !== null) return additional as JsonSchema;
  if (additional === true) return true;
  // A map that says nothing of its names is free.
  return additional === undefined && !properties && !schema['patternProperties'] ? true : undefined;
}
