import type { Reader as ReaderType, Writer as WriterType } from 'protobufjs/minimal.js';

export type Reader = ReaderType;
export type Writer = WriterType;

type Minimal = typeof import('protobufjs/minimal.js');

let minimal: Minimal | undefined;

/** Readers and writers of protobufjs, loaded when the first message travels: decorators need none of it. */
function wire(): Minimal {
  return (minimal ??= require('protobufjs/minimal.js') as Minimal);
}

/** A reader over bytes that a program received. */
export function readerOf(bytes: Buffer): Reader {
  return wire().Reader.create(bytes);
}

export function newWriter(): Writer {
  return wire().Writer.create();
}

/** Levels of messages in messages, as in protobuf's other languages. */
export const DEEPEST_MESSAGE = 100;

/** Bytes end where a value does not. */
export function cutOff(): never {
  throw new RangeError('it is cut off');
}

export function tooDeep(): never {
  throw new RangeError(`it is nested deeper than ${DEEPEST_MESSAGE} levels`);
}

/** Goes past a field that nobody declared. */
export function skip(reader: Reader, tag: number): void {
  if (tag >>> 3 === 0) throw new RangeError('a field has the number 0');
  reader.skipType(tag & 7);
  if (reader.pos > reader.len) cutOff();
}

/** What Node's `toString` calls, after it looked up the encoding: half of the time that a short text takes. */
interface SlicedBuffer extends Buffer {
  utf8Slice(start: number, end: number): string;
}

/** Text of a length; protobufjs itself gives back what is there of one that is cut off. */
export function readText(reader: Reader): string {
  const length = reader.uint32();
  const start = reader.pos;
  const end = start + length;
  if (end > reader.len) cutOff();
  reader.pos = end;
  return (reader.buf as SlicedBuffer).utf8Slice(start, end);
}

/** Keys that may reach a prototype when somebody assigns or merges them: no entry of a map has one. */
export function isPolluting(key: string): boolean {
  return key === '__proto__' || key === 'constructor' || key === 'prototype';
}
