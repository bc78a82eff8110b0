import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { defineSchema } from '../schema/define-schema.js';
import { VERSION_NEUTRAL, type HttpVersionMark } from '../schema/http-version.js';
import type { SchemaInfo } from '../schema/operation.js';
import { readOpenApi } from './read-open-api.js';
import { toOpenApi2 } from './to-open-api-2.js';
import { toOpenApi31 } from './to-open-api-31.js';

function versioned(versions: Readonly<Record<string, HttpVersionMark>>): SchemaInfo {
  const operations = Object.entries(versions).map(([name, version]) => [
    name,
    { http: { method: 'GET', path: '/books', version }, returns: String },
  ]);
  return defineSchema({ id: 'books', operations: Object.fromEntries(operations) as never });
}

describe.each([
  ['2.0', toOpenApi2],
  ['3.1', toOpenApi31],
])('a document of OpenAPI %s', (_name, write) => {
  const readBack = (schema: SchemaInfo): SchemaInfo =>
    readOpenApi(JSON.stringify(write([schema], { title: 'books', version: '1' })), 'books');

  it.each<[string, Record<string, HttpVersionMark>]>([
    ['a header', { one: { versions: ['1', '3'], by: 'header', default: '1' }, two: { versions: ['2'], by: 'header' } }],
    ['a named header', { one: { versions: ['1', VERSION_NEUTRAL], by: 'header', name: 'X-V' } }],
    ['a media type', { one: { versions: ['1'], by: 'media-type' }, two: { versions: ['2'], by: 'media-type' } }],
  ])('lets its reader ask for the version in %s', (_where, marks) => {
    const schema = versioned(marks);
    const read = readBack(schema);
    expect(read.operations.map(({ http }) => http!.version)).toEqual(
      schema.operations.map(({ http }) => http!.version),
    );
    expect(read.operations.map(({ http }) => [http!.path, http!.produces])).toEqual(
      schema.operations.map(() => ['/books', []]),
    );
    expect(read.operations.flatMap(({ parameters }) => parameters)).toEqual([]);
  });

  it('is valid with two versions of one route', async () => {
    const schema = versioned({
      ...{ one: { versions: ['1'], by: 'header', default: '1' }, two: { versions: ['2'], by: 'header' } },
      three: { versions: ['3', '4'], by: 'path', default: '4' },
    });
    const document = write([schema], { title: 'books', version: '1' });
    expect(Object.keys(document['paths'] as object)).toEqual([
      '/books',
      '/books#v=2',
      '/v3/books',
      '/v4/books',
      '/books#three_unversioned',
    ]);
    const result = await new Validator().validate(structuredClone(document) as never);
    expect(result.errors ?? []).toEqual([]);
  });

  it('shows every path of an operation, and its reader takes the first', () => {
    const schema = versioned({ one: { versions: ['1', '2'], default: '2' } });
    const { paths } = write([schema], { title: 'books', version: '1' }) as { paths: Record<string, { get: object }> };
    expect(
      Object.entries(paths).map(([path, { get }]) => [path, (get as { operationId: string }).operationId]),
    ).toEqual([
      ['/v1/books', 'one'],
      ['/v2/books', 'one_2'],
      ['/books', 'one_unversioned'],
    ]);
    expect(readBack(schema).operations.map(({ name, http }) => [name, http!.path])).toEqual([['one', '/v1/books']]);
  });
});
