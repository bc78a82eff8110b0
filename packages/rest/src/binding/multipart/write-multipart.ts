import { ChassisError } from '@ts-chassis/core';
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { outgoingStream } from '../outgoing-stream.js';
import { FileUpload } from './file-upload.js';
import { heldBytes } from './file-of.js';
import type { Part } from './part.js';

/** A multipart body with the type that names its boundary. */
export interface WrittenMultipart {
  readonly contentType: string;
  readonly body: Uint8Array | Readable;
}

/** A body up to this length is sent as one piece, so that it can be sent again. */
const MOST_HELD_BYTES = 1024 * 1024;

/** One field or file of a form to be sent. */
export type FormEntry = readonly [name: string, value: string | FileUpload];

/**
 * Writes a form with files.
 *
 * @throws ChassisError `ARGUMENT_INVALID` for a media type that no header can carry
 */
export function writeForm(entries: readonly FormEntry[]): WrittenMultipart {
  const boundary = newBoundary();
  const contentType = `multipart/form-data; boundary=${boundary}`;
  for (const [, value] of entries) if (value instanceof FileUpload) requireType(value.type);
  const held = heldForm(boundary, entries);
  return { contentType, body: held ?? outgoingStream(written(boundary, partsOf(entries))) };
}

/** Writes parts as they come. */
export function writeParts(parts: AsyncIterable<Part> | Iterable<Part>): WrittenMultipart {
  const boundary = newBoundary();
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: outgoingStream(written(boundary, parts)),
  };
}

function newBoundary(): string {
  return `ts-chassis-${randomUUID()}`;
}

/** All of it, when nothing of it has to be waited for and it is small. */
function heldForm(boundary: string, entries: readonly FormEntry[]): Buffer | undefined {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (const [name, value] of entries) {
    const content = typeof value === 'string' ? Buffer.from(value) : heldBytes(value);
    if (!content) return undefined;
    const head = typeof value === 'string' ? fieldHead(boundary, name) : fileHead(boundary, { ...headOf(value), name });
    chunks.push(Buffer.from(head), content, CRLF);
    size += head.length + content.length;
    if (size > MOST_HELD_BYTES) return undefined;
  }
  chunks.push(Buffer.from(`--${boundary}--\r\n`));
  return Buffer.concat(chunks);
}

const CRLF = Buffer.from('\r\n');

function* partsOf(entries: readonly FormEntry[]): Iterable<Part> {
  for (const [name, value] of entries) {
    if (typeof value === 'string') yield { kind: 'field', name, value };
    else yield { kind: 'file', name, ...headOf(value), content: value.stream() };
  }
}

function headOf({ filename, type }: FileUpload): { readonly filename: string; readonly type: string } {
  return { filename, type };
}

async function* written(boundary: string, parts: AsyncIterable<Part> | Iterable<Part>): AsyncIterable<Uint8Array> {
  for await (const part of parts) {
    if (part.kind === 'field') yield Buffer.from(`${fieldHead(boundary, part.name)}${part.value}`);
    else {
      yield Buffer.from(fileHead(boundary, part));
      for await (const chunk of part.content) yield Buffer.from(chunk as Uint8Array);
    }
    yield CRLF;
  }
  yield Buffer.from(`--${boundary}--\r\n`);
}

function fieldHead(boundary: string, name: string): string {
  return `--${boundary}\r\nContent-Disposition: form-data; name="${escaped(name)}"\r\n\r\n`;
}

function fileHead(
  boundary: string,
  part: { readonly name: string; readonly filename: string; readonly type: string },
): string {
  const names = `name="${escaped(part.name)}"; filename="${escaped(part.filename)}"`;
  return `--${boundary}\r\nContent-Disposition: form-data; ${names}\r\nContent-Type: ${requireType(part.type)}\r\n\r\n`;
}

/** As browsers do it: what would end the name is percent-encoded. */
function escaped(name: string): string {
  return name.replace(/[\r\n"]/g, (character) => encodeURIComponent(character));
}

function requireType(type: string): string {
  if (/^[\x21-\x7e][\x20-\x7e]*$/.test(type)) return type;
  throw new ChassisError(
    'INVALID_ARGUMENT',
    `a file has the media type ${JSON.stringify(type.slice(0, 40))}, which is none`,
    {
      code: 'ARGUMENT_INVALID',
    },
  );
}
