import type { JsonSchema } from '../../schema/json-schema.js';
import { isMap } from '../leaves.js';
import { typesOf } from './schema-node.js';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Turns a value into the declared type where its text says so beyond doubt: variables, flags, placeholders and remote sources know only
 * text, and YAML takes a version for a number. What does not fit is given back as it came, for the check to refuse.
 *
 * @param written - the characters of a scalar, where they are known
 */
export function coerce(schema: JsonSchema, value: unknown, written: string | undefined): unknown {
  const types = typesOf(schema);
  if (schema['enum']) return spell(schema, value);
  if (types.length === 0 || types.some((type) => isType(type, value))) return value;
  if (types.includes('string') && (typeof value === 'number' || typeof value === 'boolean'))
    return written ?? String(value);
  if (typeof value === 'string') return fromText(types, value);
  if (types.includes('array') && !isMap(value) && value !== null) return [value];
  return value;
}

/** Whether a value is of a JSON Schema type. */
export function isType(type: string, value: unknown): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'integer':
      return Number.isInteger(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isMap(value);
    case 'null':
      return value === null;
    default:
      return false;
  }
}

function fromText(types: readonly string[], value: string): unknown {
  const text = value.trim();
  if (types.includes('boolean') && /^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if ((types.includes('number') || types.includes('integer')) && NUMBER.test(text)) return Number(text);
  if (/^[[{]/.test(text)) {
    const parsed = parseJson(text);
    if (parsed !== undefined && types.some((type) => isType(type, parsed))) return parsed;
  }
  if (types.includes('array')) {
    return text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The member of an enumeration that a value spells: without regard to case, as text, or by a name listed in `x-spellings`. */
function spell(schema: JsonSchema, value: unknown): unknown {
  const members = schema['enum'] as readonly unknown[];
  if (members.includes(value)) return value;
  const text = String(value).trim().toLowerCase();
  const other = (schema['x-spellings'] as Record<string, unknown> | undefined)?.[text];
  if (other !== undefined) return other;
  return members.find((member) => String(member).toLowerCase() === text) ?? value;
}
