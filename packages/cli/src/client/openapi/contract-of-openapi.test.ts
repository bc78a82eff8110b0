import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { readSchema, toOpenApi2, type SchemaInfo } from '@ts-chassis/core';
import { describe, expect, it } from 'vitest';
import { contractOfOpenApi } from './contract-of-openapi.js';

/** The classes of a contract, made as a program would make them. */
async function made(source: string): Promise<Readonly<Record<string, new () => object>>> {
  const { outputText, diagnostics } = transpileModule(source, {
    reportDiagnostics: true,
    compilerOptions: {
      ...{ experimentalDecorators: true, emitDecoratorMetadata: true },
      ...{ module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 },
    },
  });
  expect(diagnostics).toEqual([]);
  const known: Record<string, unknown> = {
    '@ts-chassis/core': await import('@ts-chassis/core'),
    '@ts-chassis/rest': await import('@ts-chassis/rest'),
  };
  const classes = {};
  // oxlint-disable-next-line no-implied-eval -- runs what was generated
  new Function('exports', 'require', outputText)(classes, (name: string) => known[name]);
  return classes;
}

function calls({ operations }: SchemaInfo): unknown {
  return operations.map(({ name, http, parameters }) => [
    name,
    `${http!.method} ${http!.path} ${http!.status}`,
    parameters.map(({ name: parameter, place, optional }) => `${place} ${parameter}${optional ? '?' : ''}`),
  ]);
}

/** As Java chassis stores it, but for the names. */
const library = {
  swagger: '2.0',
  info: { version: '1.0.0', title: 'library' },
  basePath: '/library',
  consumes: ['application/json'],
  paths: {
    '/books': {
      post: {
        operationId: 'add',
        parameters: [{ in: 'body', name: 'book', required: true, schema: { $ref: '#/definitions/Book' } }],
        responses: { 201: { description: 'added', schema: { $ref: '#/definitions/Book' } } },
      },
    },
    '/books/{isbn}': {
      parameters: [{ name: 'isbn', in: 'path', required: true, type: 'string' }],
      get: {
        operationId: 'find-by isbn',
        parameters: [
          { name: 'lang', in: 'query', type: 'string', enum: ['en', "it's"] },
          { name: 'x-reader', in: 'header', required: true, type: 'string' },
          { name: 'copies', in: 'query', required: true, type: 'integer', format: 'int32' },
          { name: 'tags', in: 'query', required: true, type: 'array', items: { type: 'string' } },
        ],
        responses: { 200: { description: 'ok', schema: { type: 'array', items: { $ref: '#/definitions/Book' } } } },
      },
      delete: { operationId: 'delete', responses: { 204: { description: 'gone' } } },
      put: {
        operationId: 'cover',
        consumes: ['multipart/form-data'],
        parameters: [
          { name: 'file', in: 'formData', type: 'file', required: true },
          { name: 'title', in: 'formData', type: 'string' },
        ],
        responses: { 200: { description: 'ok', schema: { type: 'object' } } },
      },
    },
    '/streams': {
      post: {
        operationId: 'stream',
        parameters: [{ in: 'body', name: 'b', 'x-stream': true, schema: {} }],
        responses: {},
      },
    },
  },
  definitions: {
    Book: {
      type: 'object',
      required: ['isbn'],
      properties: {
        isbn: { type: 'string', 'x-nullable': true },
        copies: { type: 'integer' },
        'shelf-mark': { type: 'string' },
        __proto__x: { type: 'boolean' },
        parts: { type: 'array', items: { $ref: '#/definitions/Book' } },
        prices: { type: 'object', additionalProperties: { type: 'number' } },
        publisher: { $ref: '#/definitions/Publisher' },
        any: {},
      },
    },
    Publisher: {
      allOf: [{ type: 'object', properties: { name: { type: 'string' } } }],
      properties: { best: { $ref: '#/definitions/Book' } },
    },
  },
};

describe('the contract made of OpenAPI documents', () => {
  it('has every operation and type that can be called', async () => {
    const source = contractOfOpenApi(new Map([['library', library]]));
    const { Library, Book } = await made(source);
    expect(calls(readSchema(Library!))).toEqual([
      ['add', 'POST /library/books 201', ['body book']],
      [
        'findByIsbn',
        'GET /library/books/{isbn} 200',
        ['path isbn', 'header x-reader', 'query copies', 'query tags', 'query lang?'],
      ],
      ['cover', 'PUT /library/books/{isbn} 200', ['path isbn', 'file file', 'form title?']],
      ['delete', 'DELETE /library/books/{isbn} 204', ['path isbn']],
    ]);
    expect(Book).toBeTypeOf('function');
    expect(source).toContain("@Field({ type: String, optional: true }) 'shelf-mark'?: string;");
    expect(source).toContain('@Field({ type: String, nullable: true }) isbn!: string | null;');
    expect(source).toContain('@Field({ map: Number, optional: true }) prices?: Record<string, number>;');
    expect(source).toContain(`lang?: 'en' | 'it\\'s'`);
  });

  it('says of a schema made again what the first said', async () => {
    const first = await made(contractOfOpenApi(new Map([['library', library]])));
    const document = toOpenApi2([readSchema(first['Library']!)], { title: 'library', version: '1' });
    const again = await made(contractOfOpenApi(new Map([['library', document]])));
    expect(calls(readSchema(again['Library']!))).toEqual(calls(readSchema(first['Library']!)));
  });

  it('keeps names apart, and makes no code of what a document says', async () => {
    const evil = "x'); process.exit(9); ('";
    const odd = {
      ...library,
      info: { title: '*/ process.exit(9) /*' },
      paths: {
        [`/a/${evil}`]: { get: { operationId: evil, responses: {} } },
        '/b': { get: { operationId: evil, responses: { 200: { schema: { $ref: '#/definitions/Book' } } } } },
      },
    };
    const source = contractOfOpenApi(
      new Map<string, unknown>([
        ['library', library],
        ['book', odd],
        [evil, library],
      ]),
    );
    expect(source).toContain('export class Book2');
    expect(source).not.toMatch(/^[^']*process\.exit/m);
  });

  it.each([
    ['another version', { openapi: '3.1.0', paths: {} }],
    ['a list', []],
    ['no operation', { swagger: '2.0', paths: {} }],
  ])('refuses %s', (_what, document) => {
    expect(() => contractOfOpenApi(new Map<string, unknown>([['a', document]]))).toThrow(/the contract "a"/);
  });
});
