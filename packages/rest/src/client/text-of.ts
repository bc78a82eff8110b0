import { ChassisError } from '@ts-chassis/core';

/** The text of a value outside of JSON; undefined only for undefined. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string' || value === undefined) return value;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(textOf).join(',');
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

/** Where the value of a name stands. */
export interface NamedPosition {
  readonly name: string;
  readonly index: number;
}

/** `a=1&b=2`: a list gives one pair for each item, what is left out none. */
export function pairsText(names: readonly NamedPosition[], values: readonly unknown[]): string {
  let text = '';
  for (const { name, index } of names) {
    const value = values[index];
    if (value === undefined) continue;
    if (Array.isArray(value)) for (const item of value) text = withPair(text, name, item);
    else text = withPair(text, name, value);
  }
  return text;
}

function withPair(text: string, name: string, value: unknown): string {
  const pair = `${encode(name)}=${encode(textOf(value)!)}`;
  return text === '' ? pair : `${text}&${pair}`;
}

const PLAIN = /^[A-Za-z0-9_.~!*'()-]*$/;

/** @throws ChassisError `ARGUMENT_INVALID` for half a surrogate pair */
export function encode(text: string): string {
  if (PLAIN.test(text)) return text;
  try {
    return encodeURIComponent(text);
  } catch {
    throw cannotSend(`${JSON.stringify(text.slice(0, 40))} is no well-formed text`);
  }
}

/** For an argument that no request can carry. */
export function cannotSend(message: string): ChassisError {
  return new ChassisError('INVALID_ARGUMENT', message, { code: 'ARGUMENT_INVALID' });
}
