import type { FieldModel } from './message-model.js';
import { typeCode, type CodeContext, type TypeCode } from './type-code.js';
import { cutOff, DEEPEST_MESSAGE, isPolluting, readText, skip, tooDeep } from './wire.js';
import { keyTag, tagOf } from './write-code.js';

/** Code that reads a message from `r` up to `end` into a new object: what is not declared is passed over, what is absent stands as declared. */
export function readCode(fields: readonly FieldModel[], context: CodeContext): string {
  const { bind } = context;
  const [cut, deep, pass] = [bind(cutOff), bind(tooDeep), bind(skip)];
  const codes = fields.map((field) => typeCode(field.type, context));
  const oneofs = [...new Set(fields.flatMap(({ oneof }) => oneof ?? []))];
  const starts = [
    ...fields.map((field, index) => `let v${index} = ${startOf(field, codes[index]!)};`),
    ...oneofs.map((_, index) => `let o${index};`),
  ];
  const cases = fields.flatMap((field, index) =>
    casesOf(field, { code: codes[index]!, variable: `v${index}`, bind, cut, pass, oneofs }),
  );
  const reading = [
    ...starts,
    'while (r.pos < end) {',
    'const tag = r.uint32();',
    `switch (tag) {\n${cases.join('\n')}\ndefault: ${pass}(r, tag);\n}`,
    '}',
    `if (r.pos !== end) ${cut}();`,
  ];
  return [
    `if (end > r.len) ${cut}();`,
    `if (depth > ${DEEPEST_MESSAGE}) ${deep}();`,
    ...reading,
    ...made(fields, codes),
    ...oneofs.map((name, index) => `if (o${index} !== undefined) m[${JSON.stringify(name)}] = o${index};`),
    'return m;',
  ].join('\n');
}

/** The object: what is surely there at once, the rest as it came. */
function made(fields: readonly FieldModel[], codes: readonly TypeCode[]): readonly string[] {
  const isSure = (index: number): boolean => {
    const { absent, label } = fields[index]!;
    return absent === 'null' || (absent === 'zero' && (label !== 'one' || codes[index]!.zero !== undefined));
  };
  const literal = fields.flatMap(({ property, label, absent }, index) => {
    if (!isSure(index)) return [];
    const empty = label === 'list' ? '[]' : '{}';
    const value = label === 'one' || absent === 'null' ? `v${index}` : `v${index} === undefined ? ${empty} : v${index}`;
    return [`${JSON.stringify(property)}: ${value}`];
  });
  const later = fields.flatMap(({ property }, index) =>
    isSure(index) ? [] : [`if (v${index} !== undefined) m[${JSON.stringify(property)}] = v${index};`],
  );
  return [`const m = { ${literal.join(', ')} };`, ...later];
}

function startOf({ label, absent }: FieldModel, { zero }: TypeCode): string {
  if (absent === 'null') return 'null';
  return label === 'one' && absent === 'zero' && zero !== undefined ? zero : 'undefined';
}

interface Reading {
  readonly code: TypeCode;
  readonly variable: string;
  readonly bind: CodeContext['bind'];
  readonly cut: string;
  readonly pass: string;
  /** Names of the `oneof`s that are told. */
  readonly oneofs: readonly string[];
}

function casesOf(field: FieldModel, reading: Reading): readonly string[] {
  const { code, variable: v } = reading;
  const tag = tagOf(field.number, code.wire);
  const told =
    field.oneof === undefined ? '' : ` o${reading.oneofs.indexOf(field.oneof)} = ${JSON.stringify(field.property)};`;
  if (field.label === 'one') return [`case ${tag}: ${v} = ${code.read};${told} break;`];
  if (field.label === 'map') return [`case ${tagOf(field.number, 2)}: {\n${readEntry(field, reading)}\nbreak; }`];
  const one = `case ${tag}: (${v} ??= []).push(${code.read}); break;`;
  return code.wire === 2 ? [one] : [one, `case ${tagOf(field.number, 2)}: {\n${readPacked(reading)}\nbreak; }`];
}

function readPacked({ code, variable: v, cut }: Reading): string {
  return [
    'const e = r.uint32() + r.pos;',
    `if (e > r.len) ${cut}();`,
    `${v} ??= [];`,
    `while (r.pos < e) ${v}.push(${code.read});`,
    `if (r.pos !== e) ${cut}();`,
  ].join('\n');
}

function readEntry({ keys = 'string', type }: FieldModel, { code, variable: v, bind, cut, pass }: Reading): string {
  const isText = keys === 'string';
  const key = isText ? `${bind(readText)}(r)` : `String(r.${keys}())`;
  const none = type.kind === 'message' ? code.read.replace('r.uint32() + r.pos', 'r.pos') : 'null';
  return [
    'const e = r.uint32() + r.pos;',
    `if (e > r.len) ${cut}();`,
    `let k = ${isText ? '""' : keys === 'bool' ? '"false"' : '"0"'}; let x = ${code.zero ?? 'undefined'};`,
    'while (r.pos < e) {',
    'const t = r.uint32();',
    `if (t === ${keyTag(keys)}) k = ${key}; else if (t === ${tagOf(2, code.wire)}) x = ${code.read}; else ${pass}(r, t);`,
    '}',
    `if (r.pos !== e) ${cut}();`,
    `if (!${bind(isPolluting)}(k)) (${v} ??= {})[k] = x === undefined ? ${none} : x;`,
  ].join('\n');
}
