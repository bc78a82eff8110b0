import type { Operation } from '@ts-chassis/core';
import type { DerivedService } from './derived-service.js';
import type { FieldModel, FieldType, MessageModel, Reserved } from './message-model.js';
import { identifier, qualifiedIdentifier } from './proto-names.js';

/** Where the messages of google.protobuf are declared. */
export const WELL_KNOWN_FILES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    any: ['Any'],
    duration: ['Duration'],
    empty: ['Empty'],
    field_mask: ['FieldMask'],
    struct: ['Struct', 'Value', 'NullValue', 'ListValue'],
    timestamp: ['Timestamp'],
    wrappers: ['Bool', 'Bytes', 'Double', 'Float', 'Int32', 'Int64', 'String', 'UInt32', 'UInt64'].map(
      (t) => `${t}Value`,
    ),
  }).flatMap(([file, names]) => names.map((name) => [`google.protobuf.${name}`, `google/protobuf/${file}.proto`])),
);

/** Name of the file of a derived service. */
export function fileNameOf(service: string): string {
  return `${qualifiedIdentifier(service).replaceAll('.', '/')}.proto`;
}

/** The `.proto` of a service whose messages are derived from classes. */
export function protoText(service: DerivedService): string {
  const full = qualifiedIdentifier(service.name);
  const dot = full.lastIndexOf('.');
  const imports = importsOf(service);
  return [
    '// Derived from the classes of the program by ts-chassis: change those, not this file.',
    'syntax = "proto3";',
    '',
    ...(dot < 0 ? [] : [`package ${full.slice(0, dot)};`, '']),
    ...(imports.length > 0 ? [...imports.map((file) => `import "${file}";`), ''] : []),
    ...serviceLines(service, full),
    ...service.messages.flatMap((message) => ['', ...messageLines(message)]),
    '',
  ].join('\n');
}

function serviceLines(service: DerivedService, full: string): readonly string[] {
  const { schema } = service.operations[0]!;
  return [
    ...comment(schema.description ?? schema.title, ''),
    ...(full === service.name ? [] : comment(`On the wire: ${service.name}; servers answer to this name too.`, '')),
    `service ${full.slice(full.lastIndexOf('.') + 1)} {`,
    ...service.operations.flatMap((operation, index) => [
      ...(index > 0 ? [''] : []),
      ...methodLines(operation, service),
    ]),
    '}',
  ];
}

function methodLines(operation: Operation, { methods }: DerivedService): readonly string[] {
  const { request, response } = methods.get(operation)!;
  const { method } = operation.rpc!;
  const name = identifier(method);
  const streams = operation.parameters.some(({ stream }) => stream);
  const sent = `${streams ? 'stream ' : ''}${request.name}`;
  const answered = `${operation.result.stream ? 'stream ' : ''}${response.name}`;
  const rpc = `  rpc ${name}(${sent}) returns (${answered})`;
  return [
    ...comment(operation.summary, '  '),
    ...comment(operation.description, '  '),
    ...(name === method ? [] : comment(`On the wire: ${method}; servers answer to this name too.`, '  ')),
    operation.deprecated ? `${rpc} {\n    option deprecated = true;\n  }` : `${rpc};`,
  ];
}

function messageLines({ name, fields, comment: said, reserved }: MessageModel): readonly string[] {
  const lines = [
    ...reservedLines(reserved),
    ...fields.flatMap((field) => [...comment(field.comment, '  '), ...fieldLines(field)]),
  ];
  const head = comment(said, '');
  return lines.length === 0 ? [...head, `message ${name} {}`] : [...head, `message ${name} {`, ...lines, '}'];
}

function fieldLines(field: FieldModel): readonly string[] {
  const { name, property, number, type, label, presence } = field;
  const said = typeName(type);
  const full = label === 'map' ? `map<string, ${said}>` : label === 'list' ? `repeated ${said}` : said;
  const note = name === property ? [] : comment(`In the program: ${property}`, '  ');
  const only = field.only ? comment(`only in ${field.only}s`, '  ') : [];
  return [...note, ...only, `  ${presence ? 'optional ' : ''}${full} ${name} = ${number};`];
}

function reservedLines(reserved: Reserved | undefined): readonly string[] {
  if (!reserved) return [];
  const { numbers, names } = reserved;
  return [
    ...(numbers.length > 0 ? [`  reserved ${numbers.join(', ')};`] : []),
    ...(names.length > 0 ? [`  reserved ${names.map((name) => `"${name}"`).join(', ')};`] : []),
  ];
}

/** A type as it stands in a `.proto`, and in a lock file. */
export function typeName(type: FieldType): string {
  switch (type.kind) {
    case 'scalar':
      return type.scalar;
    case 'enum':
      return type.enum.name;
    case 'message':
      return type.message.name;
    case 'timestamp':
      return 'google.protobuf.Timestamp';
    case 'duration':
      return 'google.protobuf.Duration';
    case 'wrapper':
      return type.name;
    case 'json':
      return `google.protobuf.${type.json}`;
  }
}

function importsOf({ messages, methods }: DerivedService): readonly string[] {
  const types = messages.flatMap(({ fields }) => fields.map(({ type }) => typeName(type)));
  const ends = [...methods.values()].flatMap(({ request, response }) => [request.name, response.name]);
  const files = [...types, ...ends].flatMap((name) => WELL_KNOWN_FILES[name] ?? []);
  return [...new Set(files)].sort();
}

function comment(text: string | undefined, indent: string): readonly string[] {
  if (!text) return [];
  return text.split(/\r\n|[\n\r\u2028\u2029]/).map((line) => `${indent}// ${line}`.trimEnd());
}
