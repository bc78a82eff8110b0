import type { Writer } from 'protobufjs/minimal';

/** How far details may be nested; deeper ones are null. */
const DEEPEST = 16;

/** Writes plain data as a `google.protobuf.Struct`. */
export function encodeStruct(writer: Writer, record: Readonly<Record<string, unknown>>, depth = DEEPEST): void {
  for (const name of Object.keys(record)) {
    if (record[name] === undefined) continue;
    writer.uint32(10).fork().uint32(10).string(name).uint32(18).fork();
    encodeValue(writer, record[name], depth - 1);
    writer.ldelim().ldelim();
  }
}

/** The fields of a `google.protobuf.Value`. */
function encodeValue(writer: Writer, value: unknown, depth: number): void {
  if (typeof value === 'number') writer.uint32(17).double(value);
  else if (typeof value === 'string') writer.uint32(26).string(value);
  else if (typeof value === 'boolean') writer.uint32(32).bool(value);
  else if (typeof value !== 'object' || value === null || depth <= 0) writer.uint32(8).int32(0);
  else if (Array.isArray(value)) encodeList(writer, value, depth);
  else {
    writer.uint32(42).fork();
    encodeStruct(writer, value as Readonly<Record<string, unknown>>, depth);
    writer.ldelim();
  }
}

function encodeList(writer: Writer, values: readonly unknown[], depth: number): void {
  writer.uint32(50).fork();
  for (const value of values) {
    writer.uint32(10).fork();
    encodeValue(writer, value, depth - 1);
    writer.ldelim();
  }
  writer.ldelim();
}
