import { isDeepStrictEqual } from 'node:util';
import type { JsonSchema } from '../schema/json-schema.js';
import type { ValueType } from '../schema/value-type.js';
import { mapReferences } from './map-references.js';

/** The named types of a document. Equal ones of one name are one; others of that name get a number: `Book2`. */
export class DefinitionTable {
  readonly schemas = new Map<string, JsonSchema>();
  /** What a definition looked like before its references were renamed. */
  private readonly originals = new Map<string, JsonSchema>();

  /** The schema of a type, its references pointing to the names given here. */
  use(type: ValueType): JsonSchema {
    const names = this.namesFor(type.definitions);
    const rename = (reference: string): string => names.get(reference) ?? reference;
    for (const [name, schema] of type.definitions) {
      const given = names.get(name)!;
      if (this.schemas.has(given)) continue;
      this.originals.set(given, schema);
      this.schemas.set(given, mapReferences(schema, rename));
    }
    return mapReferences(type.json, rename);
  }

  /** Adds one that refers to nothing; gives back the reference to it. */
  add(wanted: string, schema: JsonSchema): JsonSchema {
    const name = this.free(wanted, schema, new Set());
    this.originals.set(name, schema);
    this.schemas.set(name, schema);
    return { $ref: `#/$defs/${name}` };
  }

  /**
   * The names of a type's definitions in this document. When one of them is taken by something else, those that refer to
   * it are something else too, so all are compared again until nothing moves.
   */
  private namesFor(definitions: ReadonlyMap<string, JsonSchema>): ReadonlyMap<string, string> {
    const names = new Map<string, string>();
    const given = new Set<string>();
    for (const [name, schema] of definitions) {
      const free = this.free(name, schema, given);
      names.set(name, free);
      given.add(free);
    }
    for (let moved = true; moved;) moved = this.moveReferring(definitions, names, given);
    return names;
  }

  private moveReferring(
    definitions: ReadonlyMap<string, JsonSchema>,
    names: Map<string, string>,
    given: Set<string>,
  ): boolean {
    for (const [name, schema] of definitions) {
      const present = this.schemas.get(names.get(name)!);
      if (
        !present ||
        isDeepStrictEqual(
          present,
          mapReferences(schema, (reference) => names.get(reference) ?? reference),
        )
      )
        continue;
      const free = this.unused(name, given);
      names.set(name, free);
      given.add(free);
      return true;
    }
    return false;
  }

  private free(wanted: string, schema: JsonSchema, given: ReadonlySet<string>): string {
    for (let number = 1; ; number++) {
      const name = number === 1 ? wanted : `${wanted}${number}`;
      if (given.has(name)) continue;
      const original = this.originals.get(name);
      if (original === undefined || isDeepStrictEqual(original, schema)) return name;
    }
  }

  private unused(wanted: string, given: ReadonlySet<string>): string {
    let name = wanted;
    for (let number = 2; this.schemas.has(name) || given.has(name); number++) name = `${wanted}${number}`;
    return name;
  }
}
