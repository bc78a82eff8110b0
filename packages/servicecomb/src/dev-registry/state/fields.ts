import { invalid } from '../registry-failure.js';

/** The fields of a JSON object, read with their types checked; null counts as absent, and what is not asked for is not looked at. */
export class Fields {
  private constructor(
    private readonly values: Readonly<Record<string, unknown>>,
    private readonly path: string,
  ) {}

  /** @throws RegistryFailure when it is no object */
  static of(value: unknown, path: string): Fields {
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return new Fields(value as Record<string, unknown>, path);
    throw mismatch(path, 'an object', value);
  }

  has(name: string): boolean {
    return this.#value(name) !== undefined;
  }

  /** Empty when absent. */
  text(name: string): string {
    const value = this.#value(name) ?? '';
    if (typeof value !== 'string') throw mismatch(`${this.path}.${name}`, 'a string', value);
    return value;
  }

  /** Zero when absent. */
  integer(name: string): number {
    const value = this.#value(name) ?? 0;
    if (!Number.isSafeInteger(value)) throw mismatch(`${this.path}.${name}`, 'a whole number', value);
    return value as number;
  }

  flag(name: string): boolean {
    const value = this.#value(name) ?? false;
    if (typeof value !== 'boolean') throw mismatch(`${this.path}.${name}`, 'true or false', value);
    return value;
  }

  /** Undefined when absent. */
  object(name: string): Fields | undefined {
    const value = this.#value(name);
    return value === undefined ? undefined : Fields.of(value, `${this.path}.${name}`);
  }

  /** None when absent. */
  objects(name: string): Fields[] {
    return this.#list(name).map((value, index) => Fields.of(value, `${this.path}.${name}[${index}]`));
  }

  texts(name: string): string[] {
    return this.#list(name).map((value, index) => {
      if (typeof value !== 'string') throw mismatch(`${this.path}.${name}[${index}]`, 'a string', value);
      return value;
    });
  }

  /** Texts by name; empty when absent. */
  textMap(name: string): Record<string, string> {
    const fields = this.object(name);
    if (!fields) return {};
    return Object.fromEntries(Object.keys(fields.values).map((key) => [key, fields.text(key)]));
  }

  #value(name: string): unknown {
    return Object.hasOwn(this.values, name) ? (this.values[name] ?? undefined) : undefined;
  }

  #list(name: string): readonly unknown[] {
    const value = this.#value(name) ?? [];
    if (!Array.isArray(value)) throw mismatch(`${this.path}.${name}`, 'an array', value);
    return value;
  }
}

function mismatch(path: string, expected: string, value: unknown): Error {
  const got = value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value;
  return invalid(`json: '${path}' must be ${expected}, got ${got}`);
}
