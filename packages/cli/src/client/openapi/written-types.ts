import { isObject, listOf, objectOf, resolved, textsOf, type Json } from './json.js';
import { className, propertyName, quoted, unused } from './words.js';

/** How a type is written. */
export interface Written {
  /** For `type`. */
  readonly spec: string;
  /** What the map holds, for `map`, where there is such an option. */
  readonly map?: string;
  readonly type: string;
  readonly options: readonly string[];
}

const ANYTHING: Written = { spec: 'jsonSpec({})', type: 'unknown', options: [] };
const OBJECT: Written = { spec: 'Object', type: 'Record<string, unknown>', options: [] };

/** Writes a document's types as classes, each before what is made of it. */
export class WrittenTypes {
  /** The classes, in order. */
  readonly texts: string[] = [];
  readonly #names = new Map<Json, string>();
  readonly #open = new Set<Json>();

  /**
   * @param root - the document
   * @param taken - names of classes that are taken; @param imports - gets what the classes need of core
   */
  constructor(
    private readonly root: Json,
    private readonly names: { readonly taken: Set<string>; readonly imports: Set<string> },
  ) {}

  /** @param hint - what a class without a name of its own is called */
  written(given: unknown, hint: string): Written {
    const written = this.#written(given, hint);
    const text = `${written.spec} ${written.map ?? ''}`;
    if (text.includes('jsonSpec')) this.names.imports.add('jsonSpec');
    return written;
  }

  #written(given: unknown, hint: string): Written {
    const schema = resolved(given, this.root);
    const reference = objectOf(given)['$ref'];
    const name = typeof reference === 'string' ? reference.slice(reference.lastIndexOf('/') + 1) : hint;
    const plain = this.#plain(schema, name);
    if (schema['x-nullable'] !== true) return plain;
    return { ...plain, type: `${plain.type} | null`, options: [...plain.options, 'nullable: true'] };
  }

  #plain(schema: Json, name: string): Written {
    const { type } = schema;
    if (schema['x-types'] !== undefined || schema['x-any-of'] !== undefined || schema['x-one-of'] !== undefined)
      return ANYTHING;
    if (type === 'string') return stringOf(schema);
    if (type === 'integer') return { spec: 'Number', type: 'number', options: ['integer: true'] };
    if (type === 'number') return { spec: 'Number', type: 'number', options: [] };
    if (type === 'boolean') return { spec: 'Boolean', type: 'boolean', options: [] };
    if (type === 'array') return this.#list(schema, name);
    const { properties, required } = this.#fields(schema);
    if (Object.keys(properties).length > 0) return this.#class(schema, { name, properties, required });
    if (isObject(schema['additionalProperties'])) return this.#map(schema['additionalProperties'], name);
    return type === 'object' ? OBJECT : ANYTHING;
  }

  #list(schema: Json, name: string): Written {
    const item = this.#written(schema['items'], `${name}Item`);
    const type = item.type.includes('|') ? `(${item.type})` : item.type;
    // what is said of a list is said of the list, not of its items
    const spec = item.map === undefined && !item.options.includes('nullable: true') ? item.spec : 'jsonSpec({})';
    const options = item.options.filter((option) => option !== 'nullable: true');
    return { spec: `[${spec}]`, type: `${type}[]`, options };
  }

  #map(values: Json, name: string): Written {
    const { spec, map, type, options } = this.#written(values, `${name}Value`);
    const isPlain = map === undefined && options.length === 0;
    return { spec: 'Object', map: isPlain ? spec : 'jsonSpec({})', type: `Record<string, ${type}>`, options: [] };
  }

  #class(schema: Json, fields: Fields & { readonly name: string }): Written {
    const known = this.#names.get(schema);
    if (known !== undefined) {
      // a class that is not made yet has no value that a property's type could stand for
      const isOpen = this.#open.has(schema);
      const type = isOpen ? `Pick<${known}, keyof ${known}>` : known;
      return { spec: isOpen ? `() => ${known}` : known, type, options: [] };
    }
    const name = unused(className(fields.name), this.names.taken);
    this.#names.set(schema, name);
    this.#open.add(schema);
    this.names.imports.add('Field');
    const lines = Object.entries(fields.properties).map(([property, given]) =>
      this.#field(property, { given, isOptional: !fields.required.has(property), of: name }),
    );
    this.#open.delete(schema);
    this.texts.push([`export class ${name} {`, ...lines, '}'].join('\n'));
    return { spec: name, type: name, options: [] };
  }

  #field(property: string, field: { given: unknown; isOptional: boolean; of: string }): string {
    const { given, isOptional, of } = field;
    const { spec, map, type, options } = this.written(given, `${of} ${property}`);
    const said = [map === undefined ? `type: ${spec}` : `map: ${map}`, ...options];
    if (isOptional) said.push('optional: true');
    return `  @Field({ ${said.join(', ')} }) ${propertyName(property)}${isOptional ? '?' : '!'}: ${type};`;
  }

  /** Its own fields and those of all it is made of. */
  #fields(schema: Json, depth = 0): Fields {
    const properties: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    const required = new Set<string>();
    for (const part of depth < 8 ? listOf(schema['allOf']) : []) {
      const inner = this.#fields(resolved(part, this.root), depth + 1);
      Object.assign(properties, inner.properties);
      for (const name of inner.required) required.add(name);
    }
    Object.assign(properties, objectOf(schema['properties']));
    for (const name of textsOf(schema['required'])) required.add(name);
    return { properties, required };
  }
}

interface Fields {
  readonly properties: Json;
  readonly required: ReadonlySet<string>;
}

function stringOf(schema: Json): Written {
  const values = textsOf(schema['enum']).map(quoted);
  if (values.length === 0) return { spec: 'String', type: 'string', options: [] };
  return { spec: 'String', type: values.join(' | '), options: [`enum: [${values.join(', ')}]`] };
}
