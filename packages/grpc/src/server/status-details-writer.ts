import type { FailureData } from '@ts-chassis/core';
import { Writer } from 'protobufjs/minimal';
import { CODE_OF_KIND } from '../status.js';
import { encodeStruct } from './struct-writer.js';

/** Trailers are metadata, which many clients bound to 8 KB in all. */
const MOST_BYTES = 4096;
const MOST_FAULTS = 50;
const FEW_FAULTS = 10;
const LONGEST_TEXT = 200;

interface ShownFault {
  readonly pointer?: unknown;
  readonly place?: unknown;
  readonly message?: unknown;
}

/**
 * A `google.rpc.Status` with what is told of a failure: `ErrorInfo` (its code and our service), `RetryInfo`, `BadRequest` (the faults of arguments),
 * and all details as a `Struct`, which is left out where it would be too long.
 */
export function statusDetails(failure: FailureData, service: string): Buffer {
  const { details = {} } = failure;
  const faults = Array.isArray(details['faults']) ? (details['faults'] as readonly ShownFault[]) : [];
  const full = encode(failure, service, { faults: faults.slice(0, MOST_FAULTS), details });
  if (full.length <= MOST_BYTES) return full;
  return encode(failure, service, { faults: faults.slice(0, FEW_FAULTS), details: undefined });
}

interface Parts {
  readonly faults: readonly ShownFault[];
  readonly details: Readonly<Record<string, unknown>> | undefined;
}

function encode({ kind, code, message, retryAfterMs }: FailureData, service: string, parts: Parts): Buffer {
  const writer = Writer.create();
  writer.uint32(tag(1)).int32(CODE_OF_KIND[kind]);
  writer.uint32(text(2)).string(message.slice(0, 1000));
  any(writer, 'google.rpc.ErrorInfo', (info) => info.uint32(text(1)).string(code).uint32(text(2)).string(service));
  if (retryAfterMs !== undefined) any(writer, 'google.rpc.RetryInfo', (info) => writeDelay(info, retryAfterMs));
  if (parts.faults.length > 0) any(writer, 'google.rpc.BadRequest', (request) => writeFaults(request, parts.faults));
  if (parts.details && Object.keys(parts.details).length > 0) {
    const { details } = parts;
    any(writer, 'google.protobuf.Struct', (struct) => encodeStruct(struct, details));
  }
  return Buffer.from(writer.finish());
}

/** `details`, field 3: a `google.protobuf.Any`. */
function any(writer: Writer, type: string, write: (writer: Writer) => void): void {
  writer.uint32(text(3)).fork();
  writer.uint32(text(1)).string(`type.googleapis.com/${type}`);
  writer.uint32(text(2)).fork();
  write(writer);
  writer.ldelim().ldelim();
}

function writeDelay(writer: Writer, ms: number): void {
  writer.uint32(text(1)).fork();
  writer.uint32(tag(1)).int64(Math.floor(ms / 1000));
  writer.uint32(tag(2)).int32(Math.round((ms % 1000) * 1e6));
  writer.ldelim();
}

function writeFaults(writer: Writer, faults: readonly ShownFault[]): void {
  for (const { pointer, message } of faults) {
    writer.uint32(text(1)).fork();
    writer.uint32(text(1)).string(shown(pointer));
    writer.uint32(text(2)).string(shown(message));
    writer.ldelim();
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, LONGEST_TEXT) : '';
}

/** Key of a field that is a number. */
function tag(field: number): number {
  return field << 3;
}

/** Key of a field that is a text or a message. */
function text(field: number): number {
  return (field << 3) | 2;
}
