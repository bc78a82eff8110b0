import type { FieldModel } from './message-model.js';
import { typeCode, type CodeContext, type TypeCode } from './type-code.js';
import { DEEPEST_MESSAGE, isPolluting, tooDeep } from './wire.js';

/** Makes the functions that a field's value goes to when it is not written as it is. */
export interface WriteContext extends CodeContext {
  guard(field: FieldModel): {
    readonly convert: (value: unknown) => unknown;
    readonly refuse: (value: unknown) => never;
  };
}

/** Code that writes the declared fields of `value` to `w`, straight and with fixed names: a loop over a table is several times as slow. */
export function writeCode(fields: readonly FieldModel[], context: WriteContext): string {
  const lines = fields.map((field) => `{\n${writeField(field, context)}\n}`);
  return [`if (depth > ${DEEPEST_MESSAGE}) ${context.bind(tooDeep)}();`, ...lines].join('\n');
}

function writeField(field: FieldModel, context: WriteContext): string {
  const { bind } = context;
  const guard = context.guard(field);
  const refuse = `${bind(guard.refuse)}(v);`;
  const fit = (variable: string, code: TypeCode): string =>
    `if (!(${code.check(variable)})) ${variable} = ${bind(guard.convert)}(${variable});`;
  const fallback = field.fallback === undefined ? '' : `if (v === undefined) v = ${bind(field.fallback)};`;
  const code = typeCode(field.type, context);
  const start = [`let v = ${propertyOf(field)};`, fallback];
  if (field.label === 'one') return [...start, writeOne(field, code, fit('v', code))].join('\n');
  const many = field.label === 'list' ? writeList(field, code, fit) : writeMap(field, code, { fit, bind });
  const absent = field.required ? refuse : '';
  return [...start, `if (v === undefined || v === null) { ${absent} }`, `else { ${many(refuse)} }`].join('\n');
}

function writeOne(field: FieldModel, code: TypeCode, fit: string): string {
  const write = `w.uint32(${tagOf(field.number, code.wire)}); ${code.write('v')}`;
  const put = field.presence || code.zero === undefined ? write : `if (!(${code.isZero('v')})) { ${write} }`;
  if (field.required) return `${fit}\n${put}`;
  const isGiven = isAnyJson(field) ? 'v !== undefined' : 'v !== undefined && v !== null';
  return `if (${isGiven}) {\n${fit}\n${put}\n}`;
}

type Fit = (variable: string, code: TypeCode) => string;
type Many = (refuse: string) => string;

function writeList(field: FieldModel, code: TypeCode, fit: Fit): Many {
  const each = (write: string): string =>
    `for (let i = 0; i < v.length; i++) { let x = v[i]; ${fit('x', code)} ${write} }`;
  const isPacked = code.wire !== 2 && !field.unpacked;
  const items = isPacked
    ? `if (v.length > 0) { w.uint32(${tagOf(field.number, 2)}).fork(); ${each(code.write('x'))} w.ldelim(); }`
    : each(`w.uint32(${tagOf(field.number, code.wire)}); ${code.write('x')}`);
  return (refuse) => `if (!Array.isArray(v)) ${refuse} ${items}`;
}

function writeMap(
  field: FieldModel,
  code: TypeCode,
  { fit, bind }: { readonly fit: Fit; readonly bind: WriteContext['bind'] },
): Many {
  const { keys = 'string' } = field;
  const key = keys === 'string' ? 'k' : `${bind(keyOf)}(${JSON.stringify(keys)}, k)`;
  const tag = keys === 'string' ? 10 : keyTag(keys);
  const entry = [
    `w.uint32(${tagOf(field.number, 2)}).fork().uint32(${tag}).${keys}(${key});`,
    `w.uint32(${tagOf(2, code.wire)}); ${code.write('x')} w.ldelim();`,
  ].join(' ');
  return (refuse) =>
    [
      `if (typeof v !== 'object' || Array.isArray(v)) ${refuse}`,
      `for (const [k, y] of ${bind(entriesOf)}(v)) { let x = y; ${fit('x', code)} ${entry} }`,
    ].join('\n');
}

/** Tag of the keys of a map: 1, with their wire type. */
export function keyTag(keys: string): number {
  if (keys === 'string') return 10;
  if (keys.includes('fixed')) return keys.endsWith('64') ? 9 : 13;
  return 8;
}

function keyOf(keys: string, key: string): unknown {
  if (keys === 'bool') return key === 'true';
  const number = Number(key);
  if (!Number.isInteger(number)) throw new RangeError(`the key '${key}' of a map is no ${keys}`);
  return number;
}

function entriesOf(value: object): readonly (readonly [string, unknown])[] {
  const entries: readonly (readonly [string, unknown])[] =
    value instanceof Map ? [...value].map(([key, entry]) => [String(key), entry as unknown]) : Object.entries(value);
  return entries.filter(([key, entry]) => entry !== undefined && !isPolluting(key));
}

function isAnyJson({ type }: FieldModel): boolean {
  return type.kind === 'json' && type.json === 'Value';
}

/** What every object inherits is no field of it. */
function propertyOf({ property }: FieldModel): string {
  const name = JSON.stringify(property);
  return property in Object.prototype ? `Object.hasOwn(value, ${name}) ? value[${name}] : undefined` : `value[${name}]`;
}

/** The number and the wire type of a field, as they stand before its value. */
export function tagOf(number: number, wire: number): number {
  return ((number << 3) | wire) >>> 0;
}
