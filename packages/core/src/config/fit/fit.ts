import type { JsonSchema } from '../../schema/json-schema.js';
import { nearestName } from '../../errors/nearest-name.js';
import { isSecretName, redactText, REDACTED } from '../../security/index.js';
import { parseDuration } from '../duration.js';
import { flatten, isMap, isTree } from '../leaves.js';
import type { SecretKeys } from '../secret-keys.js';
import type { SectionFault } from '../section.js';
import { finish, type Steps } from '../steps.js';
import { coerce, isType } from './coerce.js';
import { isStray } from './is-stray.js';
import { limitOf } from './limits.js';
import { mayBeMap, memberSchema, resolve, typesOf } from './schema-node.js';

/** One thing wrong with a section; what came is shortened and redacted. */
export type ConfigFault = SectionFault;

/** How a value is fitted to a schema. */
export interface FitOptions {
  /** What one source says of a section: nothing is required, no default filled in, units stay as written. */
  readonly partial: boolean;
  written?(key: string): string | undefined;
  /** Keys of which nothing may be told. */
  readonly secrets?: SecretKeys;
}

/**
 * Fits a value to a schema: text becomes the declared type, defaults are filled in, undeclared names left out, durations become
 * milliseconds. Never changes the input.
 *
 * @returns the value, and what is wrong; with any fault the value must not be used
 */
export function fit(
  schema: JsonSchema,
  value: unknown,
  at: { readonly key: string } & FitOptions,
): { readonly value: unknown; readonly faults: readonly ConfigFault[] } {
  const fitting = new Fitting(schema, at);
  return { value: fitting.fit(schema, value, at.key), faults: fitting.faults };
}

/** As {@link fit}, in steps: one for each member of a map and each item of a list. */
export function* fitting(
  schema: JsonSchema,
  value: unknown,
  at: { readonly key: string } & FitOptions,
): Steps<{ readonly value: unknown; readonly faults: readonly ConfigFault[] }> {
  const fit = new Fitting(schema, at);
  return { value: yield* fit.steps(schema, value, at.key), faults: fit.faults };
}

class Fitting {
  readonly faults: ConfigFault[] = [];

  constructor(
    private readonly root: JsonSchema,
    private readonly options: FitOptions,
  ) {}

  fit(declared: JsonSchema, given: unknown, key: string): unknown {
    const schema = resolve(this.root, declared);
    const types = typesOf(schema);
    // An empty value of YAML means that nothing was said.
    if (given === undefined || (given === null && !types.includes('null') && !schema['enum'])) {
      return this.#absent(schema, given, key);
    }
    if (schema['x-written']) return finish(this.#asWritten(given, key));
    if (schema['x-duration']) return this.#duration(schema, given, key);
    const value = coerce(schema, given, this.options.written?.(key));
    const expected = this.#mismatch(schema, types, value) ?? limitOf(schema, value, this.options.partial);
    if (expected !== undefined) return this.#fault(key, expected, given);
    return this.#alternatives(schema, this.#inside(schema, value, key), key);
  }

  /** As `fit`. What is told of a whole is told in the same order. */
  *steps(declared: JsonSchema, given: unknown, key: string): Steps<unknown> {
    const schema = resolve(this.root, declared);
    if (!isTree(given) || schema['x-duration'] || !isLong(given)) return this.fit(declared, given, key);
    if (schema['x-written']) return yield* this.#asWritten(given, key);
    const types = typesOf(schema);
    const value = coerce(schema, given, undefined);
    const expected = this.#mismatch(schema, types, value) ?? limitOf(schema, value, this.options.partial);
    if (expected !== undefined) return this.#fault(key, expected, given);
    return this.#alternatives(schema, yield* this.#stepsInside(schema, value, key), key);
  }

  *#stepsInside(schema: JsonSchema, value: unknown, key: string): Steps<unknown> {
    if (Array.isArray(value)) {
      const items = schema['items'] as JsonSchema | undefined;
      if (!items) return value;
      const list: unknown[] = [];
      for (const [index, item] of value.entries()) {
        list.push(yield* this.steps(items, item, `${key}[${index}]`));
        yield;
      }
      return list;
    }
    if (!isMap(value)) return value;
    const names = schema['propertyNames'] as JsonSchema | undefined;
    const fitted: Record<string, unknown> = {};
    for (const [name, inner] of this.#members(schema, value)) {
      yield;
      if (names) this.fit(names, name, `${key}.${name}`);
      const declared = memberSchema(schema, name);
      const result =
        typeof declared === 'object' && isTree(inner) && !isStray(this.root, declared, inner)
          ? yield* this.steps(declared, inner, `${key}.${name}`)
          : this.#member(schema, name, { value: inner, key: `${key}.${name}` });
      if (result !== undefined) fitted[name] = result;
    }
    this.#required(schema, fitted, key);
    return fitted;
  }

  /** A free form in which a number that says more as text (`1.0`, a version) stays text. */
  *#asWritten(given: unknown, key: string): Steps<unknown> {
    if (typeof given === 'number') {
      const written = this.options.written?.(key);
      return written === undefined || written === String(given) ? given : written;
    }
    if (!isTree(given)) return given;
    yield;
    if (Array.isArray(given)) {
      const list: unknown[] = [];
      for (const [index, item] of given.entries()) list.push(yield* this.#asWritten(item, `${key}[${index}]`));
      return list;
    }
    const map: Record<string, unknown> = {};
    for (const [name, inner] of Object.entries(given)) {
      if (name !== '__proto__') map[name] = yield* this.#asWritten(inner, `${key}.${name}`);
    }
    return map;
  }

  #absent(schema: JsonSchema, given: unknown, key: string): unknown {
    if (this.options.partial) return given;
    if (schema['default'] !== undefined) return this.fit(schema, schema['default'], key);
    // A map of which nothing is said still has the defaults of its members.
    return typesOf(schema).includes('object') ? this.fit(schema, {}, key) : undefined;
  }

  #duration(schema: JsonSchema, given: unknown, key: string): unknown {
    const ms = parseDuration(given, schema['x-duration'] === 's' ? 's' : 'ms');
    if (ms === undefined) return this.#fault(key, 'a duration such as 30s or 500ms', given);
    const expected = limitOf(schema, ms, this.options.partial);
    if (expected !== undefined) return this.#fault(key, `${expected} (milliseconds)`, given);
    return this.options.partial ? given : ms;
  }

  #mismatch(schema: JsonSchema, types: readonly string[], value: unknown): string | undefined {
    const members = schema['enum'] as readonly unknown[] | undefined;
    if (members) return members.includes(value) ? undefined : `one of ${members.map(String).join(', ')}`;
    if ('const' in schema && schema['const'] !== value) return String(schema['const']);
    if (types.length === 0 || types.some((type) => isType(type, value))) return undefined;
    return types.map(nameOfType).join(' or ');
  }

  #inside(schema: JsonSchema, value: unknown, key: string): unknown {
    if (Array.isArray(value)) {
      const items = schema['items'] as JsonSchema | undefined;
      return items ? value.map((item, index) => this.fit(items, item, `${key}[${index}]`)) : value;
    }
    if (!isMap(value)) return value;
    const names = schema['propertyNames'] as JsonSchema | undefined;
    const fitted: Record<string, unknown> = {};
    for (const [name, inner] of this.#members(schema, value)) {
      if (names) this.fit(names, name, `${key}.${name}`);
      const result = this.#member(schema, name, { value: inner, key: `${key}.${name}` });
      if (result !== undefined) fitted[name] = result;
    }
    this.#required(schema, fitted, key);
    return fitted;
  }

  /** What stands in a map, with the names it declares; dotted names of a map of scalars are put together again. */
  #members(schema: JsonSchema, value: Readonly<Record<string, unknown>>): Map<string, unknown> {
    const members = new Map<string, unknown>();
    for (const [name, inner] of Object.entries(value)) {
      const declared = memberSchema(schema, name);
      if (isMap(inner) && typeof declared === 'object' && !mayBeMap(resolve(this.root, declared))) {
        flatten(inner, (rest, leaf) => members.set(rest, leaf), name);
      } else if (name !== '__proto__') members.set(name, inner);
    }
    if (!this.options.partial) {
      for (const name of Object.keys((schema['properties'] as object | undefined) ?? {})) {
        if (!members.has(name)) members.set(name, undefined);
      }
    }
    return members;
  }

  #member(schema: JsonSchema, name: string, at: { readonly value: unknown; readonly key: string }): unknown {
    const declared = memberSchema(schema, name);
    if (declared === true) return at.value;
    if (declared && isStray(this.root, declared, at.value)) return this.#stray(schema, name, at);
    if (declared) return this.fit(declared, at.value, at.key);
    if (schema['additionalProperties'] === false) {
      const known = Object.keys((schema['properties'] as object | undefined) ?? {});
      return this.#fault(at.key, `no such key; known are ${known.join(', ')}`, at.value);
    }
    return undefined;
  }

  /** A value where names of one's own are for maps only. */
  #stray(schema: JsonSchema, name: string, at: { readonly value: unknown; readonly key: string }): undefined {
    const meant = nearestName(name, Object.keys((schema['properties'] as object | undefined) ?? {}));
    return meant === undefined ? undefined : this.#fault(at.key, `no such key (did you mean ${meant}?)`, at.value);
  }

  #required(schema: JsonSchema, fitted: Readonly<Record<string, unknown>>, key: string): void {
    if (this.options.partial) return;
    for (const name of (schema['required'] as readonly string[] | undefined) ?? []) {
      if (fitted[name] !== undefined) continue;
      const declared = memberSchema(schema, name);
      const types = typeof declared === 'object' ? typesOf(declared) : [];
      const expected = types.map(nameOfType).join(' or ');
      this.faults.push({ key: `${key}.${name}`, expected: expected || 'a value', got: 'nothing' });
    }
  }

  #alternatives(schema: JsonSchema, value: unknown, key: string): unknown {
    let result = value;
    for (const inner of (schema['allOf'] as readonly JsonSchema[] | undefined) ?? []) this.fit(inner, result, key);
    for (const keyword of ['anyOf', 'oneOf']) {
      const choices = schema[keyword] as readonly JsonSchema[] | undefined;
      if (!choices) continue;
      const fitting = choices.map((choice) => this.#attempt(choice, value, key)).filter((attempt) => attempt.ok);
      if (fitting.length === 0 || (keyword === 'oneOf' && fitting.length > 1 && !this.options.partial)) {
        return this.#fault(key, choices.map((choice) => describe(choice)).join(' or '), value);
      }
      result = fitting[0]!.value;
    }
    const not = schema['not'] as JsonSchema | undefined;
    if (not && !this.options.partial && this.#attempt(not, value, key).ok)
      this.#fault(key, `not ${describe(not)}`, value);
    return result;
  }

  #attempt(schema: JsonSchema, value: unknown, key: string): { ok: boolean; value: unknown } {
    const attempt = new Fitting(this.root, this.options);
    const result = attempt.fit(schema, value, key);
    return { ok: attempt.faults.length === 0, value: result };
  }

  #fault(key: string, expected: string, given: unknown): undefined {
    this.faults.push({ key, expected, got: show(key, given, this.options.secrets?.covers(key)) });
  }
}

/** Whether a map or list has so much in it, counted to that point only, that to fit it takes a while. */
function isLong(value: object): boolean {
  let left = 64;
  const count = (inner: object): void => {
    for (const one of Object.values(inner)) {
      left -= 1;
      if (left < 0) return;
      if (isTree(one)) count(one);
    }
  };
  count(value);
  return left < 0;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'an integer',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  null: 'nothing',
};

/** A type of JSON Schema in words. */
export function nameOfType(type: string): string {
  return TYPE_NAMES[type] ?? type;
}

function describe(schema: JsonSchema): string {
  if (typeof schema['x-expected'] === 'string') return schema['x-expected'];
  if (schema['const'] !== undefined) return String(schema['const']);
  if (schema['enum']) return `one of ${(schema['enum'] as unknown[]).join(', ')}`;
  return typesOf(schema).map(nameOfType).join(' or ') || 'one of the declared forms';
}

/**
 * What came, in a form for messages: short, and without secrets.
 *
 * @param secret - it was encrypted
 */
export function show(key: string, value: unknown, secret = false): string {
  if (secret || isSecretName(key)) return REDACTED;
  const text = redactText(JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
