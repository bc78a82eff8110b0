import type { TypeOptions } from '../type-options.js';
import { NUMBER_FORMATS, textFormat } from './format.js';
import { invalid } from './invalid.js';
import type { NumberLimits } from './number-node.js';
import type { TextLimits } from './text-node.js';

type Limit = keyof TypeOptions;

const TEXT: readonly Limit[] = ['minLength', 'maxLength', 'pattern', 'format'];
const NUMBER: readonly Limit[] = [
  'integer',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'format',
];
const CONTAINER: readonly Limit[] = ['minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties'];
const ALL: ReadonlySet<Limit> = new Set([...TEXT, ...NUMBER, ...CONTAINER, 'discriminator']);

/** Refuses a limit that means nothing for the type, which is more often a slip than a wish. */
export function refuseLimits(
  options: TypeOptions,
  allowed: readonly Limit[],
  at: { readonly where: string; readonly kind: string },
): void {
  for (const limit of Object.keys(options) as Limit[]) {
    if (!ALL.has(limit) || options[limit] === undefined || allowed.includes(limit)) continue;
    if (limit === 'discriminator' && options.union !== undefined) continue;
    throw invalid(at.where, `'${limit}' says nothing of ${at.kind}`);
  }
}

export function textLimits(options: TypeOptions, where: string): TextLimits {
  refuseLimits(options, TEXT, { where, kind: 'text' });
  const { minLength, maxLength, pattern, format } = options;
  const found = format === undefined ? undefined : textFormat(format);
  if (found && 'complaint' in found) throw invalid(where, found.complaint);
  return { minLength, maxLength, pattern: pattern === undefined ? undefined : compile(pattern, where), format: found };
}

export function numberLimits(options: TypeOptions, where: string): NumberLimits {
  refuseLimits(options, NUMBER, { where, kind: 'a number' });
  const { format } = options;
  const known = format === undefined ? undefined : NUMBER_FORMATS[format];
  if (format !== undefined && !known) {
    throw invalid(
      where,
      `format '${format}' is none of numbers (${Object.keys(NUMBER_FORMATS).join(', ')}); is its type String?`,
    );
  }
  const { exclusiveMinimum, exclusiveMaximum, multipleOf } = options;
  if (multipleOf !== undefined && !(multipleOf > 0)) throw invalid(where, `multipleOf is above 0, not ${multipleOf}`);
  return {
    integer: options.integer ?? known?.integer ?? false,
    minimum: options.minimum ?? known?.minimum,
    maximum: options.maximum ?? known?.maximum,
    exclusiveMinimum,
    exclusiveMaximum,
    multipleOf,
    format,
  };
}

/** What of a list's or map's options speaks of its items. */
export function itemOptions(options: TypeOptions): TypeOptions {
  const {
    minLength,
    maxLength,
    pattern,
    format,
    integer,
    minimum,
    maximum,
    exclusiveMinimum,
    exclusiveMaximum,
    multipleOf,
  } = options;
  const { enum: values, union, discriminator } = options;
  const items = {
    ...{
      minLength,
      maxLength,
      pattern,
      format,
      integer,
      minimum,
      maximum,
      exclusiveMinimum,
      exclusiveMaximum,
      multipleOf,
    },
    ...{ enum: values, union, discriminator },
  };
  return Object.fromEntries(Object.entries(items).filter(([, value]) => value !== undefined));
}

/** The values of a list or of a TypeScript enum, whose numeric members also stand there the other way round. */
export function enumValues(
  given: NonNullable<TypeOptions['enum']>,
  where: string,
): readonly (string | number | boolean | null)[] {
  const values = Array.isArray(given)
    ? (given as readonly (string | number | boolean | null)[])
    : Object.entries(given as Record<string, string | number>)
        .filter(([name]) => Number.isNaN(Number(name)))
        .map(([, value]) => value);
  if (values.length === 0) throw invalid(where, 'an enum has at least one value');
  return [...new Set(values)];
}

function compile(pattern: string, where: string): RegExp {
  try {
    return new RegExp(pattern, 'u');
  } catch (error) {
    throw invalid(where, `its pattern is no regular expression: ${(error as Error).message}`);
  }
}
