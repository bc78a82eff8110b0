import type { JsonSchema } from '../json-schema.js';
import type { NamedNode, Naming } from './type-node.js';

/** Collects the named types that a schema refers to. Two types of one name get distinct ones: `Book`, `Book2`. */
export class Definitions implements Naming {
  readonly schemas = new Map<string, JsonSchema>();
  private readonly names = new Map<object, string>();

  reference(node: NamedNode): JsonSchema {
    let name = this.names.get(node.origin);
    if (name === undefined) {
      name = this.free(node.name.replace(/[^A-Za-z0-9._-]/g, '_'));
      this.names.set(node.origin, name);
      this.schemas.set(name, {});
      this.schemas.set(name, node.define(this));
    }
    return { $ref: `#/$defs/${name}` };
  }

  private free(wanted: string): string {
    let name = wanted;
    for (let number = 2; this.schemas.has(name); number++) name = `${wanted}${number}`;
    return name;
  }
}
