import type { JsonSchema, ValueType } from '@ts-chassis/core';
import { parseJsonText } from './json-text.js';

/** From the text of a path, query, header, cookie or form field to the declared type; text that does not fit stays text, for validation to report. */
export type Coercion = (text: string) => unknown;

/** What a parameter's type accepts, as far as text must be turned into it. */
export interface TextType {
  /** Whether a parameter that stands more than once, or a list of texts, is what the type wants. */
  readonly list: boolean;
  /** For one text, the item of a list. Undefined when texts are wanted as they are. */
  readonly coerce: Coercion | undefined;
}

/** What is read of a type here. */
type Described = Pick<ValueType, 'json' | 'definitions'>;

/** Works out, once, how texts become values of a type. */
export function textTypeOf(type: Described): TextType {
  const kinds = new Set<string>();
  collectKinds(type.json, { type, kinds, seen: new Set() });
  const items = kinds.has('array') ? itemKinds(type.json, type) : undefined;
  return { list: items !== undefined, coerce: coercionOf(items ?? kinds) };
}

function coercionOf(kinds: ReadonlySet<string>): Coercion | undefined {
  const number = kinds.has('number') || kinds.has('integer');
  const boolean = kinds.has('boolean');
  const structure = kinds.has('object') || kinds.has('array');
  if (!number && !boolean && !structure && !kinds.has('null')) return undefined;
  if (number && kinds.size === 1) return kinds.has('integer') ? toInteger : toNumber;
  if (boolean && kinds.size === 1) return toBoolean;
  return (text) => {
    if (number) {
      const value = toNumber(text);
      if (typeof value === 'number') return value;
    }
    if (boolean && (text === 'true' || text === 'false')) return text === 'true';
    if (kinds.has('null') && text === 'null' && !kinds.has('string')) return null;
    return structure ? toStructure(text) : text;
  };
}

function toBoolean(text: string): unknown {
  return text === 'true' ? true : text === 'false' ? false : text;
}

/** Up to 15 digits are exact and need no parser; the rest goes by JSON's grammar of numbers. */
function toInteger(text: string): unknown {
  const start = text.charCodeAt(0) === 45 ? 1 : 0;
  const digits = text.length - start;
  if (digits === 0 || digits > 15) return toNumber(text);
  if (digits > 1 && text.charCodeAt(start) === 48) return text;
  let value = 0;
  for (let index = start; index < text.length; index++) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return toNumber(text);
    value = value * 10 + digit;
  }
  return start === 1 ? 0 - value : value;
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function toNumber(text: string): unknown {
  if (!NUMBER.test(text)) return text;
  const value = Number(text);
  // A whole number that would come out as another one stays text and is refused.
  if (!Number.isFinite(value) || (!Number.isSafeInteger(value) && /^-?\d+$/.test(text) && String(value) !== text))
    return text;
  return value;
}

function toStructure(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return parseJsonText(text);
  } catch {
    return text;
  }
}

interface Walk {
  readonly type: Described;
  readonly kinds: Set<string>;
  readonly seen: Set<JsonSchema>;
}

/** The JSON types that a schema accepts, through references and alternatives; the types of constants and enumerations too. */
function collectKinds(schema: JsonSchema, walk: Walk): void {
  if (walk.seen.has(schema)) return;
  walk.seen.add(schema);
  const { kinds } = walk;
  for (const kind of listOf(schema['type'])) if (typeof kind === 'string') kinds.add(kind);
  if (schema['type'] === undefined) {
    for (const value of [...listOf(schema['enum']), ...('const' in schema ? [schema['const']] : [])])
      kinds.add(kindOf(value));
  }
  const target = resolve(schema['$ref'], walk.type);
  if (target) collectKinds(target, walk);
  for (const keyword of ['anyOf', 'oneOf', 'allOf']) {
    for (const part of listOf(schema[keyword])) if (isSchema(part)) collectKinds(part, walk);
  }
}

/** The types of the items of every list a schema accepts. */
function itemKinds(schema: JsonSchema, type: Described): Set<string> {
  const kinds = new Set<string>();
  const seen = new Set<JsonSchema>();
  const visit = (at: JsonSchema): void => {
    if (seen.has(at)) return;
    seen.add(at);
    if (isSchema(at['items'])) collectKinds(at['items'], { type, kinds, seen: new Set() });
    const target = resolve(at['$ref'], type);
    if (target) visit(target);
    for (const keyword of ['anyOf', 'oneOf', 'allOf']) {
      for (const part of listOf(at[keyword])) if (isSchema(part)) visit(part);
    }
  };
  visit(schema);
  return kinds;
}

function resolve(reference: unknown, type: Described): JsonSchema | undefined {
  return typeof reference === 'string'
    ? type.definitions.get(reference.slice(reference.lastIndexOf('/') + 1))
    : undefined;
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

function listOf(value: unknown): readonly unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
