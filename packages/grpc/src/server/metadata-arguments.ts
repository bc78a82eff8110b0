import type { HeaderMap, JsonSchema, Operation, Parameter } from '@ts-chassis/core';
import { metadataParameters } from '../binding/metadata-parameters.js';

type Coercion = (text: string) => unknown;

/** Reads the arguments that travel as metadata, each turned from text to its declared type; text that does not fit stays text, for validation to refuse. */
export class MetadataArguments {
  /** Undefined when there are none, which is nearly always. */
  static of(operation: Operation): MetadataArguments | undefined {
    const parameters = metadataParameters(operation);
    return parameters.length === 0 ? undefined : new MetadataArguments(parameters.map((each) => new Reader(each)));
  }

  private constructor(private readonly readers: readonly Reader[]) {}

  read(headers: HeaderMap, args: unknown[]): void {
    for (const reader of this.readers) args[reader.index] = reader.read(headers);
  }
}

class Reader {
  readonly index: number;
  readonly #name: string;
  readonly #isCookie: boolean;
  readonly #list: boolean;
  readonly #coerce: Coercion;

  constructor({ index, name, place, schema }: Parameter) {
    this.index = index;
    this.#isCookie = place === 'cookie';
    this.#name = this.#isCookie ? name : name.toLowerCase();
    const resolve = (json: JsonSchema): JsonSchema => {
      const target = json['$ref'];
      const found =
        typeof target === 'string' ? schema.definitions.get(target.slice(target.lastIndexOf('/') + 1)) : json;
      return found ?? json;
    };
    const json = resolve(schema.json);
    this.#list = kindsOf(json).includes('array');
    this.#coerce = coercionOf(kindsOf(this.#list ? resolve((json['items'] as JsonSchema | undefined) ?? {}) : json));
  }

  read(headers: HeaderMap): unknown {
    const text = this.#isCookie ? cookieOf(headers.get('cookie'), this.#name) : headers.get(this.#name);
    if (text === undefined) return undefined;
    return this.#list ? text.split(',').map((item) => this.#coerce(item.trim())) : this.#coerce(text);
  }
}

function kindsOf(json: JsonSchema): readonly unknown[] {
  const own = [json['type']].flat();
  const parts = (['anyOf', 'oneOf'] as const).flatMap(
    (keyword) => (json[keyword] as readonly JsonSchema[] | undefined) ?? [],
  );
  return [...own, ...parts.flatMap(kindsOf)];
}

function coercionOf(kinds: readonly unknown[]): Coercion {
  const isNumber = kinds.includes('number') || kinds.includes('integer');
  const isBoolean = kinds.includes('boolean');
  const isStructure = kinds.includes('object');
  return (text) => {
    if (isNumber && NUMBER.test(text)) return Number(text);
    if (isBoolean && (text === 'true' || text === 'false')) return text === 'true';
    return isStructure ? structureOf(text) : text;
  };
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function structureOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function cookieOf(text: string | undefined, name: string): string | undefined {
  for (const pair of text?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (at < 0 || decoded(pair.slice(0, at).trim()) !== name) continue;
    return decoded(pair.slice(at + 1).trim());
  }
  return undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
