import type { JsonSchema, ValueType } from '@ts-chassis/core';
import { refusePoison } from './checked-value.js';
import { textTypeOf, type TextType } from './coercion.js';
import type { Pairs } from './query.js';

/** Makes one object of the fields of a form, for a body that is a class: each field coerced to its declared type. Decided once. */
export class FormObject {
  readonly #fields = new Map<string, TextType>();

  constructor(type: ValueType) {
    const { definitions } = type;
    const reference = typeof type.json['$ref'] === 'string' ? type.json['$ref'].slice('#/$defs/'.length) : '';
    const schema = definitions.get(reference) ?? type.json;
    const properties = (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
    for (const [name, json] of Object.entries(properties)) this.#fields.set(name, textTypeOf({ json, definitions }));
  }

  /**
   * A field that stands more than once is a list, as is one whose type is a list.
   *
   * @throws ChassisError `BODY_MALFORMED` for names that would reach a prototype
   */
  of(pairs: Pairs): Record<string, unknown> {
    const values = new Map<string, unknown[]>();
    for (let at = 0; at < pairs.length; at += 2) {
      const name = pairs[at]!;
      const coerce = this.#fields.get(name)?.coerce;
      const value = coerce ? coerce(pairs[at + 1]!) : pairs[at + 1]!;
      const before = values.get(name);
      if (before) before.push(value);
      else values.set(name, [value]);
    }
    const entries = [...values].map(([name, list]): [string, unknown] => [
      name,
      this.#isList(name, list) ? list : list[0],
    ]);
    const object = Object.fromEntries(entries);
    refusePoison(object);
    return object;
  }

  #isList(name: string, values: readonly unknown[]): boolean {
    return values.length > 1 || this.#fields.get(name)?.list === true;
  }
}
