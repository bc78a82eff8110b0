import { describe, expect, it } from 'vitest';
import { defineSchema } from '../schema/define-schema.js';
import { Field } from '../schema/field.js';
import { jsonSpec } from '../schema/json-spec.js';
import type { SchemaInfo } from '../schema/operation.js';
import { readOpenApi } from './read-open-api.js';
import { toOpenApi2 } from './to-open-api-2.js';
import { toOpenApi31 } from './to-open-api-31.js';

class Author {
  @Field({ example: 'Ursula' }) name!: string;
  @Field({ type: () => Author, nullable: true }) teacher!: Author | null;
}
class Cat {
  @Field({ enum: ['cat'] }) kind!: 'cat';
  @Field({ exclusiveMinimum: 0, maximum: 9 }) lives!: number;
}
class Dog {
  @Field({ enum: ['dog'] }) kind!: 'dog';
  @Field({ optional: true }) name?: string;
}
class Book {
  @Field({ description: 'thirteen digits', pattern: '^[0-9]{13}$' }) isbn!: string;
  @Field({ readOnly: true }) addedAt!: Date;
  @Field({ writeOnly: true, optional: true }) secret?: string;
  @Field({ description: 'who wrote it' }) author!: Author;
  @Field({ type: [Author], maxItems: 9 }) others!: Author[];
  @Field({ map: Number, optional: true }) stock?: Record<string, number>;
  @Field({ union: [Cat, Dog], discriminator: 'kind' }) pet!: Cat | Dog;
  @Field({ union: [String, Number], nullable: true }) mark!: string | number | null;
  @Field({ type: [[Number]] }) grid!: number[][];
  @Field({ enum: ['a', 'b'], nullable: true }) grade!: 'a' | 'b' | null;
  @Field({ default: 3, integer: true, deprecated: true }) copies!: number;
  @Field({ type: Object }) extra!: object;
  @Field() cover!: Buffer;
}

const run = (): undefined => undefined;

const catalog = defineSchema({
  id: 'catalog',
  path: '/books',
  description: 'what we sell',
  javaInterface: 'org.example.Catalog',
  operations: {
    find: {
      http: { method: 'get', path: '/:isbn', headers: [['Cache-Control', 'no-store']] },
      summary: 'finds a book',
      parameters: {
        isbn: { place: 'path', type: String, description: 'its number' },
        verbose: { place: 'query', type: Boolean, default: false },
        tags: { place: 'query', type: [String], optional: true },
        order: { place: 'query', enum: ['up', 'down'], nullable: true, optional: true },
        near: { place: 'query', type: Author, optional: true },
        'x-tenant': { place: 'header', type: String, deprecated: true },
        session: { place: 'cookie', type: String, optional: true },
        size: {
          place: 'query',
          type: Number,
          exclusiveMinimum: 0,
          maximum: 5,
          integer: true,
          example: 3,
          optional: true,
        },
      },
      returns: { type: Book, description: 'the book' },
      run,
    },
    add: {
      http: { method: 'POST', path: '', status: 201 },
      parameters: { book: { place: 'body', type: Book, description: 'the new one' } },
      returns: Book,
      run,
    },
    list: { http: { method: 'GET', path: '' }, returns: { type: Book, stream: true }, run },
    remove: {
      http: { method: 'DELETE', path: '/{isbn:[0-9]{13}}' },
      parameters: { isbn: { place: 'path', type: String } },
      deprecated: true,
      run,
    },
    form: {
      http: { method: 'POST', path: '/form' },
      parameters: { title: { place: 'form', type: String }, pages: { place: 'form', type: Number, optional: true } },
      returns: String,
      run,
    },
    upload: {
      http: { method: 'PUT', path: '/covers/{rest:*}', produces: ['image/png'] },
      parameters: {
        rest: { place: 'path', type: String },
        cover: { place: 'file', type: Buffer },
        note: { place: 'form', type: String },
      },
      returns: Buffer,
      run,
    },
    text: { http: { method: 'GET', path: '/text', produces: ['text/plain'] }, returns: String, run },
    tree: {
      http: { method: 'GET', path: '/tree' },
      returns: jsonSpec({
        $ref: '#/$defs/Node',
        $defs: { Node: { type: 'object', properties: { next: { $ref: '#/$defs/Node' } } } },
      }),
      run,
    },
    onlyRpc: { rpc: {}, returns: String, run },
  },
});

const stock = defineSchema({
  id: 'stock',
  operations: {
    find: {
      http: { method: 'GET', path: '/stock/{id:[0-9]+}' },
      parameters: { id: { place: 'path', type: String } },
      returns: Number,
      run,
    },
    findByName: {
      http: { method: 'GET', path: '/stock/{id:[a-z]+}' },
      parameters: { id: { place: 'path', type: String } },
      returns: Number,
      run,
    },
  },
});

const info = { title: 'shop', version: '1.2.3' };

async function faultsOf(document: object): Promise<unknown> {
  const { Validator } = await import('@seriousme/openapi-schema-validator');
  const { valid, errors } = await new Validator().validate(structuredClone(document) as Record<string, unknown>);
  return valid ? [] : errors;
}

type Documents = Record<string, Record<string, Record<string, Record<string, unknown>>>>;

describe('OpenAPI documents', () => {
  it.each([
    ['2.0', toOpenApi2],
    ['3.1', toOpenApi31],
  ] as const)('pass a public validator in version %s, for one schema and for a listener', async (_version, write) => {
    for (const schemas of [[catalog], [stock], [catalog, stock], []])
      expect(await faultsOf(write(schemas, info))).toEqual([]);
  });

  it('give every success of every declared operation a schema', () => {
    const two = toOpenApi2([catalog, stock], info)['paths'] as Documents;
    for (const item of Object.values(two)) {
      for (const operation of Object.values(item)) {
        const responses = operation['responses'] as Record<string, Record<string, unknown>>;
        const success = Object.keys(responses).find((code) => code.startsWith('2'))!;
        if (success !== '204') expect(responses[success]).toHaveProperty('schema');
        expect(responses['default']).toHaveProperty('schema', { $ref: '#/definitions/Problem' });
      }
    }
    const list = (toOpenApi31([catalog], info)['paths'] as Documents)['/books']!['get']![
      'responses'
    ] as unknown as Documents;
    expect(list['200']).toEqual({
      description: 'the result',
      content: {
        'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/Book' } } },
        'application/x-ndjson': { schema: { $ref: '#/components/schemas/Book' } },
        'text/event-stream': { schema: { $ref: '#/components/schemas/Book' } },
      },
      'x-stream': true,
    });
  });

  it('say in x- fields what 2.0 has no word for', () => {
    const document = toOpenApi2([catalog], info) as Documents;
    expect(document['info']).toMatchObject({ 'x-java-interface': 'org.example.Catalog', description: 'what we sell' });
    const book = document['definitions']!['Book']!['properties'] as unknown as Documents;
    expect(book['mark']).toEqual({ 'x-any-of': [{ type: 'string' }, { type: 'number' }], 'x-nullable': true });
    expect(book['author']).toEqual({ allOf: [{ $ref: '#/definitions/Author' }], description: 'who wrote it' });
    expect(book['pet']).toEqual({
      'x-one-of': [{ $ref: '#/definitions/Cat' }, { $ref: '#/definitions/Dog' }],
      'x-discriminator': { propertyName: 'kind', mapping: { cat: '#/definitions/Cat', dog: '#/definitions/Dog' } },
    });
    expect(document['definitions']!['Cat']!['properties']).toMatchObject({
      lives: { type: 'number', minimum: 0, exclusiveMinimum: true, maximum: 9 },
    });
    expect(document['definitions']!['Book']!['required']).not.toContain('addedAt');
    const find = document['paths']!['/books/{isbn}']!['get']!;
    expect(find['x-cookie-parameters']).toEqual([{ name: 'session', schema: { type: 'string' } }]);
    expect(find['parameters']).toContainEqual({
      name: 'tags',
      in: 'query',
      type: 'array',
      items: { type: 'string' },
      collectionFormat: 'multi',
    });
  });

  it('name operations uniquely and the same on every run', () => {
    const ids = (schemas: readonly SchemaInfo[]): unknown[] =>
      Object.values(toOpenApi31(schemas, info)['paths'] as Documents).flatMap((item) =>
        Object.values(item).map((each) => each['operationId']),
      );
    expect(ids([catalog, stock])).toEqual([
      'catalog_find',
      'remove',
      'add',
      'list',
      'form',
      'upload',
      'text',
      'tree',
      'stock_find',
      'findByName',
    ]);
    expect(JSON.stringify(toOpenApi2([catalog, stock], info))).toBe(JSON.stringify(toOpenApi2([catalog, stock], info)));
  });

  it('keep two routes that differ only by their patterns', () => {
    expect(Object.keys(toOpenApi2([stock], info)['paths'] as object)).toEqual(['/stock/{id}', '/stock/{id:[a-z]+}']);
  });

  it('keep apart two classes of one name, and what refers to them', async () => {
    const of = (type: 'a' | 'b'): unknown => {
      class Part {}
      Field({ type: type === 'a' ? String : Number })(Part.prototype, 'value');
      class Whole {}
      Field({ type: Part })(Whole.prototype, 'part');
      return Whole;
    };
    const operation = (type: 'a' | 'b') => ({
      http: { method: 'GET', path: `/${type}` },
      returns: of(type) as never,
      run,
    });
    const schema = defineSchema({
      id: 's',
      operations: {
        a: operation('a'),
        b: operation('b'),
        c: { ...operation('a'), http: { method: 'GET', path: '/c' } },
      },
    });
    const document = toOpenApi31([schema], info);
    const { schemas } = document['components'] as { schemas: Documents };
    expect(Object.keys(schemas)).toEqual(['Whole', 'Part', 'Whole2', 'Part2', 'Problem']);
    expect(schemas['Whole2']).toMatchObject({ properties: { part: { $ref: '#/components/schemas/Part2' } } });
    expect(schemas['Part2']).toMatchObject({ properties: { value: { type: 'number' } } });
    expect(await faultsOf(document)).toEqual([]);
  });

  it.each([
    ['2.0', toOpenApi2],
    ['3.1', toOpenApi31],
  ] as const)('of version %s can be read back for calls by name', (_version, write) => {
    const schema = readOpenApi(JSON.stringify(write([catalog], info)), 'catalog');
    const find = schema.operations.find(({ name }) => name === 'find')!;
    expect(find.id).toBe('catalog.find');
    expect(find.http).toMatchObject({ method: 'GET', path: '/books/{isbn}', status: 200 });
    expect(find.parameters.map(({ name, place, optional }) => [name, place, optional])).toContainEqual([
      'isbn',
      'path',
      false,
    ]);
    expect(find.parameters.map(({ name }) => name)).toContain('session');
    expect(schema.operations.find(({ name }) => name === 'list')!.result.stream).toBe(true);
    const add = schema.operations.find(({ name }) => name === 'add')!;
    expect(add.parameters.map(({ name, place }) => [name, place])).toEqual([['book', 'body']]);
    expect(add.http!.status).toBe(201);
    expect(schema.operations.find(({ name }) => name === 'upload')!.http!.path).toBe('/books/covers/{rest:*}');
    const book = { any: [1, { deep: true }] };
    expect(add.parameters[0]!.schema.serialize(book)).toBe(JSON.stringify(book));
  });

  it('that are none are refused, and strange operations of others are left out', () => {
    expect(() => readOpenApi('swagger: 2.0', 'x')).toThrow(/contract "x" is no JSON/);
    expect(() => readOpenApi('{"swagger":"1.2"}', 'x')).toThrow(/version 2.0 or 3.x/);
    const foreign = {
      swagger: '2.0',
      paths: {
        '/a/{id}.json': { get: { operationId: 'odd', responses: {} } },
        '/b': { get: { operationId: 'fine', responses: { 200: { description: 'ok', schema: { type: 'string' } } } } },
      },
    };
    expect(readOpenApi(JSON.stringify(foreign), 'x').operations.map(({ name }) => name)).toEqual(['fine']);
  });
});
