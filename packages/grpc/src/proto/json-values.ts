import type { JsonName } from './message-model.js';
import { cutOff, DEEPEST_MESSAGE, isPolluting, readText, skip, tooDeep, type Reader, type Writer } from './wire.js';

/** Tags of the members of `google.protobuf.Value`. */
const NULL = 8;
const NUMBER = 17;
const TEXT = 26;
const BOOLEAN = 32;
const STRUCT = 42;
const LIST = 50;

/** The first field, a message or text. */
const FIRST = 10;
/** The second field of an entry. */
const SECOND = 18;

/** Writes JSON as the fields of a `Value`, a `Struct` or a `ListValue`. What JSON has no form for is left out, as `JSON.stringify` does. */
export function writeJson(json: JsonName, value: unknown, writer: Writer, depth: number): void {
  if (depth > DEEPEST_MESSAGE) tooDeep();
  if (json === 'Struct') return writeStruct(value as Readonly<Record<string, unknown>>, writer, depth);
  if (json === 'ListValue') return writeList(value as readonly unknown[], writer, depth);
  switch (typeof value) {
    case 'string':
      writer.uint32(TEXT).string(value);
      return;
    case 'number':
      if (Number.isFinite(value)) writer.uint32(NUMBER).double(value);
      else writer.uint32(NULL).int32(0);
      return;
    case 'boolean':
      writer.uint32(BOOLEAN).bool(value);
      return;
    case 'object':
      if (value !== null) return writeNested(value, writer, depth);
  }
  writer.uint32(NULL).int32(0);
}

function writeNested(value: object, writer: Writer, depth: number): void {
  const isList = Array.isArray(value);
  writer.uint32(isList ? LIST : STRUCT).fork();
  writeJson(isList ? 'ListValue' : 'Struct', value, writer, depth + 1);
  writer.ldelim();
}

function writeStruct(record: Readonly<Record<string, unknown>>, writer: Writer, depth: number): void {
  for (const key of Object.keys(record)) {
    const value = record[key];
    if (value === undefined || isPolluting(key)) continue;
    writer.uint32(FIRST).fork().uint32(FIRST).string(key).uint32(SECOND).fork();
    writeJson('Value', value, writer, depth + 1);
    writer.ldelim().ldelim();
  }
}

function writeList(list: readonly unknown[], writer: Writer, depth: number): void {
  for (const item of list) {
    writer.uint32(FIRST).fork();
    writeJson('Value', item, writer, depth + 1);
    writer.ldelim();
  }
}

/** Reads JSON up to a position. */
export function readJson(json: JsonName, reader: Reader, end: number, depth: number): unknown {
  if (end > reader.len) cutOff();
  if (depth > DEEPEST_MESSAGE) tooDeep();
  const value =
    json === 'Value'
      ? readValue(reader, end, depth)
      : json === 'Struct'
        ? readStruct(reader, end, depth)
        : readList(reader, end, depth);
  if (reader.pos !== end) cutOff();
  return value;
}

/** A value that says nothing is null, as are those of kinds to come. */
function readValue(reader: Reader, end: number, depth: number): unknown {
  let value: unknown = null;
  while (reader.pos < end) {
    const tag = reader.uint32();
    switch (tag) {
      case NULL:
        reader.int32();
        value = null;
        break;
      case NUMBER:
        value = reader.double();
        break;
      case TEXT:
        value = readText(reader);
        break;
      case BOOLEAN:
        value = reader.bool();
        break;
      case STRUCT:
        value = readJson('Struct', reader, reader.uint32() + reader.pos, depth + 1);
        break;
      case LIST:
        value = readJson('ListValue', reader, reader.uint32() + reader.pos, depth + 1);
        break;
      default:
        skip(reader, tag);
    }
  }
  return value;
}

function readStruct(reader: Reader, end: number, depth: number): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === FIRST) readEntry(reader, record, depth);
    else skip(reader, tag);
  }
  return record;
}

function readEntry(reader: Reader, record: Record<string, unknown>, depth: number): void {
  const end = reader.uint32() + reader.pos;
  if (end > reader.len) cutOff();
  let key = '';
  let value: unknown = null;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === FIRST) key = readText(reader);
    else if (tag === SECOND) value = readJson('Value', reader, reader.uint32() + reader.pos, depth + 1);
    else skip(reader, tag);
  }
  if (reader.pos !== end) cutOff();
  if (!isPolluting(key)) record[key] = value;
}

function readList(reader: Reader, end: number, depth: number): unknown[] {
  const list: unknown[] = [];
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === FIRST) list.push(readJson('Value', reader, reader.uint32() + reader.pos, depth + 1));
    else skip(reader, tag);
  }
  return list;
}
