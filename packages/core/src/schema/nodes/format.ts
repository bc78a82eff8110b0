import { nearestName } from '../../errors/nearest-name.js';

/** A named check of text. */
export interface Format {
  readonly name: string;
  test(text: string): boolean;
}

type Entry =
  boolean | RegExp | ((text: string) => boolean) | { readonly type?: 'string' | 'number'; readonly validate: unknown };

/**
 * A format of JSON Schema or OpenAPI for text, out of the table of ajv-formats, which is loaded when the first is asked for.
 *
 * @returns the format, or the complaint when there is none of this name
 */
export function textFormat(name: string): Format | { readonly complaint: string } {
  const { fullFormats } = require('ajv-formats/dist/formats') as { fullFormats: Record<string, Entry> };
  if (name === 'int64') return { name, test: isInt64 };
  const entry = Object.hasOwn(fullFormats, name) ? fullFormats[name] : undefined;
  if (entry === undefined) return { complaint: unknownFormat(name, Object.keys(fullFormats)) };
  if (typeof entry === 'object' && 'type' in entry && entry.type === 'number') {
    return { complaint: `format '${name}' is one of numbers, the type is string` };
  }
  return { name, test: tester(entry) };
}

/** The ranges behind OpenAPI's formats of numbers; `float` and `double` are notes for generators only. */
export const NUMBER_FORMATS: Readonly<Record<string, { integer: boolean; minimum?: number; maximum?: number }>> = {
  int32: { integer: true, minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  int64: { integer: true },
  float: { integer: false },
  double: { integer: false },
};

function isInt64(text: string): boolean {
  return /^-?(?:0|[1-9][0-9]{0,18})$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
}

function unknownFormat(name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  return `unknown format '${name}'${near ? ` (did you mean '${near}'?)` : ''}; use pattern for a form of your own`;
}

function tester(entry: Entry): (text: string) => boolean {
  if (entry instanceof RegExp) return (text) => entry.test(text);
  if (typeof entry === 'function') return entry;
  if (typeof entry === 'object' && 'validate' in entry) return tester(entry.validate as Entry);
  return () => true;
}
