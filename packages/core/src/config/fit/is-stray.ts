import type { JsonSchema } from '../../schema/json-schema.js';
import { coerce, isType } from './coerce.js';
import { resolve } from './schema-node.js';

const MAP: JsonSchema = { type: 'object' };

/**
 * Whether something else than a map stands where a schema marked `x-misspelt: refused` wants one: the value of a key that is misspelt, which
 * refuses the section, or of one that is unknown.
 */
export function isStray(root: JsonSchema, declared: JsonSchema, value: unknown): boolean {
  if (resolve(root, declared)['x-misspelt'] !== 'refused' || value === undefined || value === null) return false;
  return !isType('object', coerce(MAP, value, undefined));
}
