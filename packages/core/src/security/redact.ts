import { isSecretName } from './is-secret-name.js';
import { REDACTED, redactText } from './redact-text.js';

/**
 * How much of a value {@link redact} copies.
 *
 * @example
 * ```ts
 * redact(request, { depth: 4, textLength: 1000 });
 * ```
 */
export interface RedactLimits {
  /** Levels of nesting; what lies deeper becomes `[deep]`. Default 12. */
  readonly depth?: number;
  /** Fields and items in all; the rest becomes `[truncated]`. Default 10,000. */
  readonly nodes?: number;
  /** Characters of one text; the rest is only counted. Default unlimited. */
  readonly textLength?: number;
}

/**
 * A plain copy of any value that is safe to show: secrets are replaced by `[redacted]`, by the name they stand under (`isSecretName`)
 * or by how they look (`redactText`). The copy holds only what JSON can say: dates and big integers become text, maps objects, errors
 * records with their causes, cycles `[circular]`, what throws when read `[unreadable]`. Never throws.
 *
 * @param value - anything
 * @param limits - how much of it
 *
 * @example
 * ```ts
 * redact({ user: 'ann', password: 'hunter2' }); // { user: 'ann', password: '[redacted]' }
 * ```
 */
export function redact(value: unknown, limits: RedactLimits = {}): unknown {
  return new Redactor(limits).copy(value, 0);
}

type Plain = Record<string, unknown>;

class Redactor {
  readonly #depth: number;
  readonly #textLength: number;
  #nodes: number;
  /** What lies between the root and the present value. */
  readonly #above = new Set<object>();

  constructor(limits: RedactLimits) {
    this.#depth = limits.depth ?? 12;
    this.#nodes = limits.nodes ?? 10_000;
    this.#textLength = limits.textLength ?? Infinity;
  }

  copy(value: unknown, depth: number): unknown {
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'bigint':
        return value.toString();
      case 'symbol':
        return value.toString();
      case 'function':
        return '[function]';
      case 'number':
        return Number.isFinite(value) ? value : String(value);
      case 'object':
        return value === null ? null : this.#guarded(value, depth);
      default:
        return value;
    }
  }

  #text(text: string): string {
    if (text.length <= this.#textLength) return redactText(text);
    return `${redactText(text.slice(0, this.#textLength))}... ${text.length - this.#textLength} more`;
  }

  #guarded(value: object, depth: number): unknown {
    if (this.#above.has(value)) return '[circular]';
    if (depth >= this.#depth) return '[deep]';
    this.#above.add(value);
    try {
      return this.#object(value, depth);
    } catch {
      return '[unreadable]';
    } finally {
      this.#above.delete(value);
    }
  }

  #object(value: object, depth: number): unknown {
    if (Array.isArray(value)) return this.#list(value, depth);
    if (value instanceof Error) return this.#error(value, depth);
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
    if (value instanceof URL) return this.#text(value.href);
    if (value instanceof RegExp) return String(value);
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
    if (value instanceof Map) return this.#map(value, depth);
    if (value instanceof Set) return this.#list([...value], depth);
    const toJson = (value as { toJSON?: unknown }).toJSON;
    if (typeof toJson === 'function') {
      const said: unknown = toJson.call(value);
      if (said !== value) return this.copy(said, depth);
    }
    return this.#fields(value, Object.keys(value), depth);
  }

  #list(items: readonly unknown[], depth: number): unknown[] {
    // A pair is how headers and entries are listed.
    const [name, second] = items;
    if (items.length === 2 && typeof name === 'string' && isSecretName(name)) return [name, hidden(second)];
    const copy: unknown[] = [];
    for (let index = 0; index < items.length; index += 1) {
      if (this.#nodes-- <= 0) {
        copy.push('[truncated]');
        break;
      }
      copy.push(this.copy(items[index], depth + 1));
    }
    return copy;
  }

  #map(map: ReadonlyMap<unknown, unknown>, depth: number): Plain {
    const copy: Plain = {};
    for (const [key, value] of map) {
      const name = typeof key === 'object' || typeof key === 'function' ? '[object]' : String(key);
      if (!this.#put(copy, name, () => value, depth)) break;
    }
    return copy;
  }

  #fields(value: object, names: readonly string[], depth: number): Plain {
    const copy: Plain = {};
    for (const name of names) {
      if (!this.#put(copy, name, () => (value as Plain)[name], depth)) break;
    }
    return copy;
  }

  #error(error: Error, depth: number): Plain {
    // What is not enumerable on an error is what matters most; a protocol's own reply is not for logs.
    const { name, message, stack, cause } = error;
    const others = Object.keys(error).filter(
      (key) => key !== 'reply' && (error as unknown as Plain)[key] !== undefined,
    );
    const copy = this.#fields({ name, message }, ['name', 'message'], depth);
    Object.assign(copy, this.#fields(error, others, depth));
    if (stack) this.#put(copy, 'stack', () => stack, depth);
    if (cause !== undefined) this.#put(copy, 'cause', () => cause, depth);
    if (error instanceof AggregateError) this.#put(copy, 'errors', () => error.errors, depth);
    return copy;
  }

  /** Sets one field of a copy; false when there is room for no more. */
  #put(copy: Plain, name: string, read: () => unknown, depth: number): boolean {
    if (this.#nodes-- <= 0) {
      copy['[truncated]'] = true;
      return false;
    }
    let value: unknown;
    try {
      value = read();
      value = isSecretName(name) ? hidden(value) : this.copy(value, depth + 1);
    } catch {
      value = '[unreadable]';
    }
    // A plain assignment to `__proto__` would change what the copy is.
    Object.defineProperty(copy, this.#text(name), { value, enumerable: true, writable: true, configurable: true });
    return true;
  }
}

/** Absence is no secret, and says much to who looks for a fault. */
function hidden(value: unknown): unknown {
  return value === undefined || value === null || value === '' || typeof value === 'boolean' ? value : REDACTED;
}
