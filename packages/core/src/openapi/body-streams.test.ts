import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readOpenApi } from './read-open-api.js';
import { toOpenApi2 } from './to-open-api-2.js';
import { toOpenApi31 } from './to-open-api-31.js';
import { defineSchema, type OperationDefinition } from '../schema/define-schema.js';
import type { SchemaInfo } from '../schema/operation.js';

const http = { method: 'POST', path: '/x' };

function schemaOf(parameters: OperationDefinition['parameters'], more: Partial<OperationDefinition> = {}): SchemaInfo {
  return defineSchema({ id: 'test', operations: { x: { http, ...(parameters && { parameters }), ...more } } });
}

const info = { title: 'x', version: '1.0.0' };

describe('files and streams as parameters', () => {
  it('need no type but for items, and carry what the transport needs', () => {
    const file = schemaOf({ f: { place: 'file', file: { list: true, maxBytes: 5 } } }).operations[0]!.parameters[0];
    expect(file).toMatchObject({ place: 'file', optional: false, file: { list: true, maxBytes: 5 } });
    expect(schemaOf({ f: { place: 'file' } }).operations[0]!.parameters[0]!.file).toEqual({ list: false });
    const bytes = schemaOf({ body: { place: 'body', type: Readable, maxBytes: 7 } }).operations[0]!.parameters[0];
    expect(bytes).toMatchObject({ stream: 'bytes', maxBytes: 7 });
    expect(() => schemaOf({ body: { place: 'body', stream: 'items' } })).toThrow('names the type');
  });

  it('are refused where they cannot stand', () => {
    expect(() => schemaOf({ q: { place: 'query', type: String, stream: 'items' } })).toThrow(
      'only a body is taken as a stream',
    );
    expect(() => schemaOf({ b: { place: 'body', type: String, stream: 'items', default: 'a' } })).toThrow(
      'a stream has no default',
    );
    expect(() => schemaOf({ f: { place: 'file' } }, { rpc: {} })).toThrow(
      "'f' is a file, which RPC does not carry; drop @Rpc",
    );
    expect(() => schemaOf({ b: { place: 'body', stream: 'parts' } }, { rpc: {} })).toThrow("'b' is a stream of parts");
    expect(() => schemaOf({ f: { place: 'file' }, b: { place: 'body', type: String } })).toThrow("'b' is the body");
  });

  it.each([
    [
      'files',
      { f: { place: 'file' }, many: { place: 'file', file: { list: true } }, note: { place: 'form', type: String } },
      toOpenApi2,
    ],
    [
      'files',
      { f: { place: 'file' }, many: { place: 'file', file: { list: true } }, note: { place: 'form', type: String } },
      toOpenApi31,
    ],
    ['items', { body: { place: 'body', type: String, stream: 'items' } }, toOpenApi2],
    ['bytes', { body: { place: 'body', stream: 'bytes' } }, toOpenApi2],
  ] as const)('come back out of a document: %s', (_name, parameters, write) => {
    const schema = schemaOf(parameters);
    const read = readOpenApi(JSON.stringify(write([schema], info)), 'test').operations[0]!.parameters;
    const shown = (all: SchemaInfo['operations'][number]['parameters']): unknown =>
      all.map(({ name, place, stream, file, optional }) => ({ name, place, stream, list: file?.list, optional }));
    expect(shown(read)).toEqual(shown(schema.operations[0]!.parameters));
  });
});
