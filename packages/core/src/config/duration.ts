import type { JsonSchema } from '../schema/json-schema.js';

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const WHOLE =
  /^\s*(?:\d+(?:\.\d+)?|\.\d+)(?:ns|us|µs|ms|s|m|h|d)(?:(?:\d+(?:\.\d+)?|\.\d+)(?:ns|us|µs|ms|s|m|h|d))*\s*$/;
const PART = /(\d+(?:\.\d+)?|\.\d+)(ns|us|µs|ms|s|m|h|d)/g;

/**
 * Reads a duration as go-chassis writes it (`30s`, `500ms`, `1m30s`, `1.5h`); a bare number counts in `unit`.
 *
 * @param value - the text or number
 * @param unit - of bare numbers; default milliseconds
 * @returns milliseconds, or undefined when it is no duration (negative ones are none)
 *
 * @example
 * ```ts
 * parseDuration('1m30s'); // 90000
 * parseDuration('soon'); // undefined
 * ```
 */
export function parseDuration(value: unknown, unit: 'ms' | 's' = 'ms'): number | undefined {
  const scale = UNIT_MS[unit]!;
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value * scale : undefined;
  if (typeof value !== 'string') return undefined;
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(value)) return Number(value) * scale;
  if (!WHOLE.test(value)) return undefined;
  let total = 0;
  for (const [, amount, name] of value.matchAll(PART)) total += Number(amount) * UNIT_MS[name!]!;
  return total;
}

/**
 * The schema of a duration: written `30s`, read as milliseconds.
 *
 * @param options - `default` as written, `unit` of bare numbers (default milliseconds), `description`
 *
 * @example
 * ```ts
 * const schema = { type: 'object', properties: { patience: duration({ default: '30s', description: 'How long to wait.' }) } };
 * ```
 */
export function duration(options: {
  readonly default?: string | number;
  readonly unit?: 'ms' | 's';
  readonly description?: string;
}): JsonSchema {
  const { unit = 'ms', ...rest } = options;
  return { type: ['string', 'number'], 'x-duration': unit, ...rest };
}
