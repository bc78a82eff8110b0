import { describe, expect, it } from 'vitest';
import { annotate } from '../metadata/annotate.js';
import { ChassisError } from '../errors/chassis-error.js';
import { Arg } from './arg.js';
import { Describe } from './describe.js';
import { Field } from './field.js';
import { Implements } from './implements.js';
import { HttpRouteKey, HttpStatusKey, RpcKey } from './operation-keys.js';
import { annotateParameter, type ParameterMark } from './parameter-mark.js';
import type { ParameterPlace } from './operation.js';
import { readSchema } from './read-schema.js';
import { remote } from './remote.js';
import { Returns } from './returns.js';
import { Schema } from './schema.js';
import type { Fault } from './value-type.js';

const route =
  (method: string, path = ''): MethodDecorator =>
  (target, member) =>
    annotate(target, HttpRouteKey, { value: { method, path }, member });
const status =
  (value: number): MethodDecorator =>
  (target, member) =>
    annotate(target, HttpStatusKey, { value, member });
const rpc = (): MethodDecorator => (target, member) => annotate(target, RpcKey, { value: {}, member });
const at =
  (place: ParameterPlace, name?: string, options: Omit<ParameterMark, 'place'> = {}): ParameterDecorator =>
  (target, member, index) =>
    annotateParameter({ target, member, index }, { place, name, ...options });

class NewBook {
  @Field({ pattern: '^[0-9]{13}$' }) isbn!: string;
  @Field({ minLength: 1, maxLength: 200 }) title!: string;
  @Field({ minimum: 0 }) price!: number;
  @Field({ type: [String], optional: true }) tags?: string[];
}
class Book extends NewBook {
  @Field({ format: 'date-time' }) addedAt!: string;
}

@Schema({ id: 'catalog', path: '/books' })
class Catalog {
  @route('GET', '/:isbn')
  @rpc()
  @Returns(Book)
  find(@at('path', 'isbn') isbn: string): Promise<Book> {
    return remote();
  }

  @route('POST')
  @status(201)
  @rpc()
  @Returns(Book)
  add(@at('body') book: NewBook): Promise<Book> {
    return remote();
  }

  @route('GET')
  @rpc()
  @Returns(Book, { stream: true })
  list(
    @at('query', 'q', { optional: true }) q?: string,
    @at('query', undefined, { integer: true, default: 20 }) limit?: number,
  ): AsyncIterable<Book> {
    return remote();
  }
}

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (ChassisError.is(error)) return `${error.code} ${error.message}`;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('readSchema', () => {
  it('reads a contract: routes, parameters and results', () => {
    const schema = readSchema(Catalog);
    expect(schema.id).toBe('catalog');
    expect(
      schema.operations.map(({ id, http, rpc: binding }) => [id, http?.method, http?.path, http?.status, binding]),
    ).toEqual([
      ['catalog.find', 'GET', '/books/{isbn}', 200, { service: 'catalog', method: 'find' }],
      ['catalog.add', 'POST', '/books', 201, { service: 'catalog', method: 'add' }],
      ['catalog.list', 'GET', '/books', 200, { service: 'catalog', method: 'list' }],
    ]);
    const [find, add, list] = schema.operations;
    expect(find!.parameters[0]).toMatchObject({ name: 'isbn', index: 0, place: 'path', optional: false });
    expect(add!.parameters[0]).toMatchObject({ name: 'book', place: 'body' });
    expect(add!.parameters[0]!.schema.name).toBe('NewBook');
    expect(list!.parameters.map(({ name, optional, default: value }) => [name, optional, value])).toEqual([
      ['q', true, undefined],
      ['limit', true, 20],
    ]);
    expect(list!.parameters[1]!.schema.json).toEqual({ type: 'integer', default: 20 });
    expect(list!.result).toMatchObject({ stream: true, schema: { name: 'Book' } });
  });

  it('validates what the types say', () => {
    const add = readSchema(Catalog).operations[1]!;
    const faults: Fault[] = [];
    const body = { isbn: '9780262033848', title: 'A', price: 1, colour: 'red' };
    expect(add.parameters[0]!.schema.validate(body, { place: 'body', pointer: '' }, faults)).toEqual({
      isbn: '9780262033848',
      title: 'A',
      price: 1,
    });
    expect(faults).toEqual([]);
    add.parameters[0]!.schema.validate({ isbn: '1', price: '2' }, { place: 'body', pointer: '' }, faults);
    expect(faults.map(({ pointer, got }) => [pointer, got])).toEqual([
      ['/isbn', '"1"'],
      ['/title', 'nothing'],
      ['/price', '"2"'],
    ]);
  });

  it('gives a provider what its contract says, also when it stands beside it', () => {
    @Implements(Catalog)
    class Below extends Catalog {
      override find(isbn: string): Promise<Book> {
        return Promise.resolve({ isbn } as Book);
      }
      override add(): Promise<Book> {
        return Promise.reject(new Error('not now'));
      }
      override async *list(): AsyncIterable<Book> {}
    }
    @Implements(Catalog)
    class Beside {
      find(number: string): Promise<Book> {
        return Promise.resolve({ isbn: number } as Book);
      }
      add(): Promise<Book> {
        return Promise.reject(new Error('not now'));
      }
      async *list(): AsyncIterable<Book> {}
    }
    for (const provider of [Below, Beside]) {
      const schema = readSchema(provider);
      expect(schema.type).toBe(provider);
      expect(schema.operations.map(({ id, http }) => [id, http?.path])).toEqual([
        ['catalog.find', '/books/{isbn}'],
        ['catalog.add', '/books'],
        ['catalog.list', '/books'],
      ]);
      expect(schema.operations[0]!.parameters[0]!.name).toBe('isbn');
    }
  });
});
