import type { JsonSchema } from '../json-schema.js';
import { TypeNode, type NamedNode, type Naming } from './type-node.js';

/**
 * A JSON Schema that was made elsewhere, so that it can stand inside another: what it keeps under `$defs` (or `definitions`), and
 * itself where it refers to itself, become named definitions of the whole.
 */
export function hoistDefinitions(schema: JsonSchema, naming: Naming): JsonSchema {
  if (!JSON.stringify(schema).includes('"$ref":"#')) return schema;
  const own = { ...(schema['definitions'] as object | undefined), ...(schema['$defs'] as object | undefined) };
  const nodes = new Map<string, Hoisted>();
  const refer = (reference: string): string => {
    const target = reference === '#' ? without(schema) : resolve(own, reference);
    if (target === undefined) return reference;
    const name =
      reference === '#' ? String(schema['title'] ?? 'Recursive') : reference.slice(reference.lastIndexOf('/') + 1);
    let node = nodes.get(reference);
    if (!node) nodes.set(reference, (node = new Hoisted(name, target, (inner) => rewrite(inner, refer))));
    return naming.reference(node)['$ref'] as string;
  };
  return rewrite(without(schema), refer) as JsonSchema;
}

/** A definition out of a foreign schema: only described, never used to check anything. */
class Hoisted extends TypeNode implements NamedNode {
  readonly label: string;
  readonly origin: object;

  constructor(
    readonly name: string,
    private readonly schema: JsonSchema,
    private readonly rewritten: (schema: JsonSchema) => unknown,
  ) {
    super();
    this.label = name;
    this.origin = this;
  }

  take(value: unknown): unknown {
    return value;
  }

  write(value: unknown): string {
    return JSON.stringify(value);
  }

  describe(naming: Naming): JsonSchema {
    return naming.reference(this);
  }

  define(): JsonSchema {
    return this.rewritten(this.schema) as JsonSchema;
  }
}

function without({ $defs: _own, definitions: _older, ...schema }: JsonSchema): JsonSchema {
  return schema;
}

function resolve(own: Readonly<Record<string, unknown>>, reference: string): JsonSchema | undefined {
  const name = /^#\/(?:\$defs|definitions)\/(.+)$/.exec(reference)?.[1]?.replaceAll('~1', '/').replaceAll('~0', '~');
  return name !== undefined && Object.hasOwn(own, name) ? (own[name] as JsonSchema) : undefined;
}

function rewrite(value: unknown, refer: (reference: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, refer));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === '$ref' && typeof item === 'string' ? refer(item) : rewrite(item, refer),
    ]),
  );
}
