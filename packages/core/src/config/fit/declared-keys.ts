import type { JsonSchema } from '../../schema/json-schema.js';
import { mayBeMap, memberSchema, resolve, typesOf } from './schema-node.js';

/** Whether a section's schema declares what stands at these steps, or leaves it free. */
export function isDeclared(root: JsonSchema, steps: readonly string[]): boolean {
  let schema = resolve(root, root);
  for (const [index, step] of steps.entries()) {
    if (!mayBeMap(schema)) return false;
    const member = memberSchema(schema, step);
    if (member === undefined) return false;
    if (member === true) return true;
    schema = resolve(root, member);
    // A map of scalars may have dots in its names.
    if (!mayBeMap(schema) && !isProperty(root, steps.slice(0, index + 1))) return true;
  }
  return true;
}

function isProperty(root: JsonSchema, steps: readonly string[]): boolean {
  return spelled(root, steps, (name, wanted) => name === wanted) !== undefined;
}

/** The declared spelling of steps that differ from it in case only; maps with free names have none. */
export function caselessSteps(root: JsonSchema, steps: readonly string[]): readonly string[] | undefined {
  return spelled(root, steps, (name, wanted) => name.toLowerCase() === wanted.toLowerCase());
}

function spelled(
  root: JsonSchema,
  steps: readonly string[],
  same: (name: string, wanted: string) => boolean,
): readonly string[] | undefined {
  let schema = resolve(root, root);
  const found: string[] = [];
  for (const step of steps) {
    const properties = (schema['properties'] as Record<string, JsonSchema> | undefined) ?? {};
    const name = Object.keys(properties).find((candidate) => same(candidate, step));
    if (name === undefined) return undefined;
    found.push(name);
    schema = resolve(root, properties[name]!);
  }
  return found;
}

/** The schema that is declared for these steps by name; undefined for free names. */
export function declaredSchema(root: JsonSchema, steps: readonly string[]): JsonSchema | undefined {
  let schema = resolve(root, root);
  for (const step of steps) {
    const member = memberSchema(schema, step);
    if (member === undefined || member === true) return undefined;
    schema = resolve(root, member);
  }
  return schema;
}

/** Whether a value, rather than a map of declared names, stands at these steps. */
export function isValueAt(root: JsonSchema, steps: readonly string[]): boolean {
  const schema = declaredSchema(root, steps);
  return schema === undefined || !typesOf(schema).includes('object');
}

/** Every declared key, as steps joined by dots; a map with free names as `*`. */
export function declaredKeys(root: JsonSchema, schema: JsonSchema = root, prefix = '', depth = 0): string[] {
  const node = resolve(root, schema);
  const properties = Object.entries((node['properties'] as Record<string, JsonSchema> | undefined) ?? {});
  const additional = node['additionalProperties'];
  if (typeof additional === 'object' && additional !== null) properties.push(['*', additional as JsonSchema]);
  if (properties.length === 0 || depth > 8) return [prefix];
  return properties.flatMap(([name, inner]) =>
    declaredKeys(root, inner, prefix === '' ? name : `${prefix}.${name}`, depth + 1),
  );
}
