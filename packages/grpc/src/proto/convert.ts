import { instantOf } from './instants.js';
import type { FieldType } from './message-model.js';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const DIGITS = /^-?(?:0|[1-9][0-9]{0,19})$/;

/**
 * A value of another form than its place has, where that form is another writing of the same: the text of a date, of bytes or of a number that
 * is too long for JSON. Undefined when it is not.
 */
export function converted(type: FieldType, value: unknown): unknown {
  if (type.kind === 'timestamp') return typeof value === 'string' && instantOf(value) ? value : undefined;
  if (type.kind === 'enum')
    return Object.values(type.enum.values).includes(value as number) ? nameIn(type, value) : undefined;
  if (type.kind !== 'scalar' && type.kind !== 'wrapper') return undefined;
  switch (type.scalar) {
    case 'string':
      return value instanceof Date && !Number.isNaN(value.getTime()) ? dateText(value, type.form === 'day') : undefined;
    case 'bytes':
      return typeof value === 'string' && value.length % 4 === 0 && BASE64.test(value)
        ? Buffer.from(value, 'base64')
        : undefined;
    default:
      return type.form === 'number' ? undefined : integerOf(type.scalar, value);
  }
}

function integerOf(scalar: string, value: unknown): bigint | number | undefined {
  const big =
    typeof value === 'bigint'
      ? value
      : (typeof value === 'string' && DIGITS.test(value)) || Number.isSafeInteger(value)
        ? BigInt(value as string | number)
        : undefined;
  if (big === undefined || (!scalar.includes('int') && !scalar.includes('fixed'))) return undefined;
  if (scalar.endsWith('64')) return inRange(scalar, big, 64) ? big : undefined;
  return inRange(scalar, big, 32) ? Number(big) : undefined;
}

function inRange(scalar: string, value: bigint, bits: number): boolean {
  const isUnsigned = scalar.startsWith('u') || scalar.startsWith('f');
  return (isUnsigned ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value)) === value;
}

function dateText(date: Date, isDay: boolean): string {
  const text = date.toISOString();
  return isDay ? text.slice(0, text.indexOf('T')) : text;
}

function nameIn(type: FieldType & { readonly kind: 'enum' }, number: unknown): unknown {
  return Object.entries(type.enum.values).find(([, each]) => each === number)?.[0];
}
