import type { JsonSchema } from '../schema/json-schema.js';

const LOCAL = '#/$defs/';

/** The same schema with the names of its references to `$defs` mapped, and with another prefix where one is given. Data (examples, defaults, enums) is left alone. */
export function mapReferences(schema: JsonSchema, rename: (name: string) => string, prefix = LOCAL): JsonSchema {
  const map = (reference: string): string =>
    reference.startsWith(LOCAL) ? prefix + rename(reference.slice(LOCAL.length)) : reference;
  return mapped(schema, map) as JsonSchema;
}

const DATA = new Set(['default', 'example', 'examples', 'enum', 'const']);

function mapped(value: unknown, map: (reference: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => mapped(item, map));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (key === '$ref' && typeof item === 'string') return [key, map(item)];
      if (key === 'properties' || key === 'patternProperties') return [key, eachValue(item, map)];
      if (key === 'mapping') return [key, references(item, map)];
      return [key, DATA.has(key) ? item : mapped(item, map)];
    }),
  );
}

/** Names of properties are no keywords, whatever they are. */
function eachValue(value: unknown, map: (reference: string) => string): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapped(item, map)]));
}

/** Of a discriminator. */
function references(value: unknown, map: (reference: string) => string): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, typeof item === 'string' ? map(item) : item]),
  );
}
