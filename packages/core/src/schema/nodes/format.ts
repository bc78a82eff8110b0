import { nearestName } from '../../errors/nearest-name.js';

/** A named check of text. */
export interface Format {
  readonly name: string;
  test(text: string): boolean;
}

/** The formats of text that ajv-formats has; its table is only loaded when the first is tested. */
const TEXT_FORMATS: ReadonlySet<string> = new Set([
  ...['date', 'time', 'date-time', 'iso-time', 'iso-date-time', 'duration'],
  ...['uri', 'uri-reference', 'uri-template', 'url', 'email', 'hostname', 'ipv4', 'ipv6'],
  ...['regex', 'uuid', 'json-pointer', 'json-pointer-uri-fragment', 'relative-json-pointer'],
  ...['byte', 'password', 'binary', 'int64'],
]);

/**
 * A format of JSON Schema or OpenAPI for text.
 *
 * @returns the format, or the complaint when there is none of this name
 */
export function textFormat(name: string): Format | { readonly complaint: string } {
  if (TEXT_FORMATS.has(name)) return new TextFormat(name);
  if (Object.hasOwn(NUMBER_FORMATS, name))
    return { complaint: `format '${name}' is one of numbers, the type is string` };
  const near = nearestName(name, TEXT_FORMATS);
  const meant = near ? ` (did you mean '${near}'?)` : '';
  return { complaint: `unknown format '${name}'${meant}; use pattern for a form of your own` };
}

class TextFormat implements Format {
  #tester: ((text: string) => boolean) | undefined;

  constructor(readonly name: string) {}

  test(text: string): boolean {
    this.#tester ??= this.name === 'int64' ? isInt64 : tester(fullFormats()[this.name]!);
    return this.#tester(text);
  }
}

type Entry = boolean | RegExp | ((text: string) => boolean) | { readonly validate: unknown };

function fullFormats(): Readonly<Record<string, Entry>> {
  return (require('ajv-formats/dist/formats') as { fullFormats: Record<string, Entry> }).fullFormats;
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

function tester(entry: Entry): (text: string) => boolean {
  if (entry instanceof RegExp) return (text) => entry.test(text);
  if (typeof entry === 'function') return entry;
  if (typeof entry === 'object' && 'validate' in entry) return tester(entry.validate as Entry);
  return () => true;
}
