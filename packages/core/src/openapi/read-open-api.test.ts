import { describe, expect, it } from 'vitest';
import { readOpenApi } from './read-open-api.js';

const document = JSON.stringify({
  swagger: '2.0',
  basePath: '/books',
  paths: {
    '/{isbn}': {
      get: {
        operationId: 'find',
        parameters: [
          { name: 'isbn', in: 'path', required: true, type: 'string' },
          { name: 'lang', in: 'header', type: 'string' },
        ],
        responses: { 200: { description: 'ok', schema: { type: 'object' } } },
      },
    },
    '/': {
      post: { operationId: 'add', parameters: [{ name: 'book', in: 'body', required: true }], responses: { 204: {} } },
    },
  },
});

describe('readOpenApi', () => {
  it('reads operations with their routes and the places of their parameters', () => {
    const { id, operations } = readOpenApi(document, 'catalog');
    expect(id).toBe('catalog');
    expect(operations.map(({ name, http }) => [name, http?.method, http?.path])).toEqual([
      ['find', 'GET', '/books/{isbn}'],
      ['add', 'POST', expect.stringMatching(/^\/books\/?$/)],
    ]);
    expect(operations[0]?.parameters.map(({ name, place, index, optional }) => [name, place, index, optional])).toEqual(
      [
        ['isbn', 'path', 0, false],
        ['lang', 'header', 1, true],
      ],
    );
  });

  it('asks as JSON for what is offered in several forms', () => {
    const list = {
      produces: ['application/json', 'application/x-ndjson'],
      responses: { 200: { schema: {}, 'x-stream': true } },
    };
    const text = { produces: ['text/csv'], responses: { 200: { schema: {} } } };
    const { operations } = readOpenApi(
      JSON.stringify({ swagger: '2.0', paths: { '/list': { get: list }, '/text': { get: text } } }),
      'catalog',
    );
    expect(operations.map(({ http, result }) => [http?.produces, result.stream])).toEqual([
      [[], true],
      [['text/csv'], false],
    ]);
  });

  it.each(['{', '[]', 'null', '{"swagger":"2.0"}'])('says that %s is no contract', (text) => {
    expect(() => readOpenApi(text, 'catalog')).toThrow('the stored contract "catalog"');
  });
});
