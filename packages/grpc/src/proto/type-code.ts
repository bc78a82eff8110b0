import { instantOf, instantText, dateOf, readInstant, spanMs, spanOf, spanText, writeInstant } from './instants.js';
import { readJson, writeJson } from './json-values.js';
import type { FieldType, Form, MessageModel, ScalarName } from './message-model.js';
import { bigintOf, halvesOf, numberOf } from './numbers-64.js';
import { cutOff, readText, skip, type Reader } from './wire.js';

/** Names a constant for generated code. */
export type Bind = (constant: unknown) => string;

/** What generated code needs of another message. */
export interface Codec {
  write(value: object, writer: unknown, depth: number): void;
  read(reader: Reader, end: number, depth: number): object;
}

export interface CodeContext {
  readonly bind: Bind;
  codec(message: MessageModel): Codec;
}

/** How generated code treats values of one type; texts are expressions and statements over a variable. */
export interface TypeCode {
  /** Wire type: 0 varint, 1 of 64 bits, 2 with a length, 5 of 32 bits. */
  readonly wire: 0 | 1 | 2 | 5;
  /** What stands in for what is absent, unless it has a presence; none for messages. */
  readonly zero: string | undefined;
  /** Whether a value is written as it is; `convert` is asked about others. */
  check(variable: string): string;
  /** True of values that need not be written. */
  isZero(variable: string): string;
  /** Writes a value behind its tag. */
  write(variable: string): string;
  /** Reads a value behind its tag. */
  readonly read: string;
}

const WIRE: Readonly<Record<ScalarName, 0 | 1 | 2 | 5>> = {
  ...{ double: 1, fixed64: 1, sfixed64: 1, float: 5, fixed32: 5, sfixed32: 5, string: 2, bytes: 2 },
  ...{ int32: 0, uint32: 0, sint32: 0, int64: 0, uint64: 0, sint64: 0, bool: 0 },
};

/** Whether a scalar has 64 bits that are an integer. */
export function isLong(scalar: ScalarName): boolean {
  return scalar.endsWith('64');
}

export function typeCode(type: FieldType, context: CodeContext): TypeCode {
  const { bind } = context;
  switch (type.kind) {
    case 'scalar':
      return scalarCode(type.scalar, type.form, bind);
    case 'enum':
      return enumCode(type.enum.values, type.form, bind);
    case 'timestamp':
      return withLength({
        check: (v) => `${v} instanceof Date && ${v}.getTime() >= -62135596800000 && ${v}.getTime() <= 253402300799999`,
        write: (v) => `w.fork(); ${bind(writeInstant)}(${bind(instantOf)}(${v}), w); w.ldelim();`,
        read: `${bind(type.form === 'date' ? dateOf : instantText)}(${bind(readInstant)}(r))`,
      });
    case 'duration':
      return withLength({
        check: (v) => `${bind(spanOf)}(${v}) !== undefined`,
        write: (v) => `w.fork(); ${bind(writeInstant)}(${bind(spanOf)}(${v}), w); w.ldelim();`,
        read: `${bind(type.form === 'number' ? spanMs : spanText)}(${bind(readInstant)}(r))`,
      });
    case 'wrapper':
      return wrapperCode(scalarCode(type.scalar, type.form, bind), bind);
    case 'json':
      return withLength({
        check: (v) => jsonCheck(type.json, v),
        write: (v) => `w.fork(); ${bind(writeJson)}(${JSON.stringify(type.json)}, ${v}, w, depth + 1); w.ldelim();`,
        read: `${bind(readJson)}(${JSON.stringify(type.json)}, r, r.uint32() + r.pos, depth + 1)`,
      });
    case 'message': {
      const codec = bind(context.codec(type.message));
      return withLength({
        check: (v) => `typeof ${v} === 'object' && ${v} !== null && !Array.isArray(${v})`,
        write: (v) => `w.fork(); ${codec}.write(${v}, w, depth + 1); w.ldelim();`,
        read: `${codec}.read(r, r.uint32() + r.pos, depth + 1)`,
      });
    }
  }
}

function withLength(code: Pick<TypeCode, 'check' | 'write' | 'read'>): TypeCode {
  return { wire: 2, zero: undefined, isZero: () => 'false', ...code };
}

function jsonCheck(json: string, v: string): string {
  if (json === 'Value') return `${v} !== undefined`;
  return json === 'ListValue'
    ? `Array.isArray(${v})`
    : `typeof ${v} === 'object' && ${v} !== null && !Array.isArray(${v})`;
}

/** A wrapper's absence is null; inside, zero is left out as everywhere. */
function wrapperCode(inner: TypeCode, bind: Bind): TypeCode {
  const tag = 8 | inner.wire;
  const read = `${bind(cutOff)}, ${bind(skip)}`;
  return withLength({
    check: inner.check,
    write: (v) => `w.fork(); if (!(${inner.isZero(v)})) { w.uint32(${tag}); ${inner.write(v)} } w.ldelim();`,
    read: `((cutOff, skip) => { const e = r.uint32() + r.pos; if (e > r.len) cutOff(); let x = ${inner.zero}; while (r.pos < e) { const t = r.uint32(); if (t === ${tag}) x = ${inner.read}; else skip(r, t); } if (r.pos !== e) cutOff(); return x; })(${read})`,
  });
}

function enumCode(values: Readonly<Record<string, number>>, form: 'text' | 'number', bind: Bind): TypeCode {
  const numbers = bind(new Map(Object.entries(values)));
  const names = bind(new Map(Object.entries(values).map(([name, number]) => [number, name])));
  const zero = Object.entries(values).find(([, number]) => number === 0)?.[0] ?? Object.keys(values)[0] ?? '';
  const isText = form === 'text';
  return {
    wire: 0,
    zero: isText ? JSON.stringify(zero) : '0',
    check: (v) => (isText ? `${numbers}.has(${v})` : `(${v} | 0) === ${v}`),
    isZero: (v) => (isText ? `${numbers}.get(${v}) === 0` : `${v} === 0`),
    write: (v) => `w.int32(${isText ? `${numbers}.get(${v})` : v});`,
    read: isText ? `${bind(nameOr)}(${names}, r.int32())` : 'r.int32()',
  };
}

/** A number that this side has no name for stays a number. */
function nameOr(names: ReadonlyMap<number, string>, number: number): string | number {
  return names.get(number) ?? number;
}

function scalarCode(scalar: ScalarName, form: Form, bind: Bind): TypeCode {
  const wire = WIRE[scalar];
  const plain = { wire, write: (v: string) => `w.${scalar}(${v});` };
  switch (scalar) {
    case 'string':
      return { ...plain, ...textCode(form, bind) };
    case 'bytes':
      return { ...plain, ...bytesCode(form, bind) };
    case 'bool':
      return { ...plain, zero: 'false', check: isA('boolean'), isZero: (v) => `${v} === false`, read: 'r.bool()' };
    case 'double':
    case 'float':
      return {
        ...plain,
        zero: '0',
        check: (v) => `typeof ${v} === 'number' && ${v} - ${v} === 0`,
        isZero: (v) => `${v} === 0`,
        read: `r.${scalar}()`,
      };
    default:
      return isLong(scalar) ? longCode(scalar, form, bind) : smallCode(scalar, form);
  }
}

function isA(type: string): (v: string) => string {
  return (v) => `typeof ${v} === '${type}'`;
}

/** Text, and dates that travel as text: what is no date is left to whoever checks the message. */
function textCode(form: Form, bind: Bind): Omit<TypeCode, 'wire' | 'write'> {
  const read = `${bind(readText)}(r)`;
  const isDate = form === 'date' || form === 'day';
  return {
    zero: '""',
    check: isA('string'),
    isZero: (v) => `${v} === ""`,
    read: isDate ? `${bind(dateOr)}(${read})` : read,
  };
}

function dateOr(text: string): Date | string {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : date;
}

function bytesCode(form: Form, bind: Bind): Omit<TypeCode, 'wire' | 'write'> {
  const isBase64 = form === 'base64' || form === 'text';
  return {
    zero: isBase64 ? '""' : `${bind(Buffer)}.alloc(0)`,
    check: (v) => `${v} instanceof Uint8Array`,
    isZero: (v) => `${v}.length === 0`,
    read: isBase64 ? 'r.bytes().toString("base64")' : 'r.bytes()',
  };
}

function smallCode(scalar: ScalarName, form: Form): TypeCode {
  const isUnsigned = scalar === 'uint32' || scalar === 'fixed32';
  const isBig = form === 'bigint';
  return {
    wire: WIRE[scalar],
    zero: isBig ? '0n' : '0',
    check: (v) => `typeof ${v} === 'number' && ${isUnsigned ? `${v} >>> 0` : `(${v} | 0)`} === ${v}`,
    isZero: (v) => `${v} === 0`,
    write: (v) => `w.${scalar}(${v});`,
    read: isBig ? `BigInt(r.${scalar}())` : `r.${scalar}()`,
  };
}

function longCode(scalar: ScalarName, form: Form, bind: Bind): TypeCode {
  const isUnsigned = scalar === 'uint64' || scalar === 'fixed64';
  const [least, most] = isUnsigned ? ['0', '18446744073709551616'] : ['-9223372036854775808', '9223372036854775808'];
  const isNumber = form === 'number';
  const read = `r.${scalar}()`;
  const readBig = `${bind(bigintOf)}(${read})`;
  return {
    wire: WIRE[scalar],
    zero: isNumber ? '0' : form === 'bigint' ? '0n' : '"0"',
    check: isNumber
      ? (v) => `Number.isInteger(${v}) && ${v} >= ${least} && ${v} < ${most}`
      : (v) => `typeof ${v} === 'bigint' && ${v} >= ${least}n && ${v} < ${most}n`,
    isZero: (v) => (isNumber ? `${v} === 0` : `${v} === 0n`),
    write: (v) => (isNumber ? `w.${scalar}(${v});` : `w.${scalar}(${bind(halvesOf)}(${v}));`),
    read: isNumber ? `${bind(numberOf)}(${read})` : form === 'bigint' ? readBig : `String(${readBig})`,
  };
}
