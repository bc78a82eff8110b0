import type { Operation, Parameter } from '@ts-chassis/core';
import { metadataParameters } from '../binding/metadata-parameters.js';

/** Where the value of a name stands among the arguments. */
interface Position {
  readonly name: string;
  readonly index: number;
}

/** The arguments of an operation that are no part of its message: headers, and cookies, which share one. */
export class HeaderArguments {
  /** Undefined when there are none, which is nearly always. */
  static of(operation: Operation): HeaderArguments | undefined {
    const parameters = metadataParameters(operation);
    const at = (place: string): readonly Position[] =>
      parameters.filter((parameter) => parameter.place === place).map(positionOf);
    const [headers, cookies] = [at('header'), at('cookie')];
    return headers.length + cookies.length === 0 ? undefined : new HeaderArguments(headers, cookies);
  }

  /** The headers that they fill, in lower case; the invocation's own of the same name are sent when they are not given. */
  readonly names: ReadonlySet<string>;

  private constructor(
    private readonly headers: readonly Position[],
    private readonly cookies: readonly Position[],
  ) {
    this.names = new Set([...headers.map(({ name }) => name), ...(cookies.length > 0 ? ['cookie'] : [])]);
  }

  write(args: readonly unknown[], put: (name: string, value: string) => void): void {
    for (const { name, index } of this.headers) {
      const value = args[index];
      if (Array.isArray(value)) for (const item of value) put(name, textOf(item));
      else if (value !== undefined) put(name, textOf(value));
    }
    let cookie = '';
    for (const { name, index } of this.cookies) {
      if (args[index] === undefined) continue;
      cookie += `${cookie === '' ? '' : '; '}${encodeURIComponent(name)}=${encodeURIComponent(textOf(args[index]))}`;
    }
    if (cookie !== '') put('cookie', cookie);
  }
}

function positionOf({ name, index, place }: Parameter): Position {
  return { name: place === 'header' ? name.toLowerCase() : name, index };
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
