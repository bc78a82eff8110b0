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

const taking = (...parameters: ParameterDecorator[]): [target: object, member: string] => {
  class Service {
    find(first: string, second: string): void {}
  }
  parameters.forEach((decorate, index) => decorate(Service.prototype, 'find', index));
  route('GET', '/:id')(Service.prototype, 'find', {});
  Schema({ id: 's' })(Service);
  return [Service, 'find'];
};
const id = at('path', 'id', { type: String });
const text = { type: String };

describe('readSchema refuses', () => {
  it.each<[string, ParameterDecorator[], RegExp]>([
    [
      'a parameter without a decorator',
      [id],
      /^SCHEMA_INVALID Service.find, parameter 'second': it has no decorator that says where it comes from/,
    ],
    [
      'erased types',
      [id, at('query', 'q')],
      /^TYPES_ERASED Service.find, parameter 'q': no type was emitted for it; .*emitDecoratorMetadata/,
    ],
    [
      'a path parameter nobody takes',
      [at('query', 'a', text), at('query', 'b', text)],
      /^SCHEMA_INVALID Service.find: path \/\{id\} has a parameter 'id' that no method parameter takes \(declared: none\)/,
    ],
    [
      'a path parameter that is not in the path',
      [id, at('path', 'isbn', text)],
      /path parameter 'isbn' does not stand in the path \/\{id\} \(it has: id\)/,
    ],
    [
      'an optional path parameter',
      [at('path', 'id', { ...text, optional: true }), at('query', 'q', text)],
      /parameter 'id': a path parameter is never left out/,
    ],
    [
      'two parameters of one name',
      [id, at('query', 'id', text)],
      /parameters 1 \(path\) and 2 \(query\) are both named 'id'/,
    ],
    [
      'a body of a GET',
      [id, at('body', undefined, { type: Book })],
      /GET requests have no body, but 'second' is declared as body/,
    ],
    [
      'two bodies',
      [at('body', undefined, { type: Book }), at('body', undefined, { type: Book })],
      /'first' and 'second' are both the body/,
    ],
    [
      'a body and a form',
      [at('body', undefined, { type: Book }), at('form', 'part', text)],
      /'first' is the body, so 'part' cannot be a part of it/,
    ],
    [
      'what is of the server before what callers pass',
      [at('context'), id],
      /'first' \(context\) is of the server only and stands after/,
    ],
    [
      'a default that does not fit',
      [id, at('query', 'n', { type: Number, default: 'x' })],
      /Service.find, parameter 'n': its default does not fit/,
    ],
  ])('%s', (_what, parameters, message) => {
    const [type] = taking(...parameters);
    expect(refusal(() => readSchema(type as never))).toMatch(message);
  });

  it('types that the compiler cannot say', () => {
    @Schema({ id: 's' })
    class Service {
      @Describe({})
      find(@Arg('list') list: string[]): void {}
    }
    @Schema({ id: 's' })
    class Other {
      @Describe({})
      find(@Arg('either') either: string | number): void {}
    }
    expect(refusal(() => readSchema(Service))).toMatch(
      /^SCHEMA_INVALID Service.find, parameter 'list': .*\{ type: \[String\] \}/,
    );
    expect(refusal(() => readSchema(Other))).toMatch(
      /^SCHEMA_INVALID Other.find, parameter 'either': the compiler says only 'Object'/,
    );
  });

  it('parameters that have no name', () => {
    @Schema({ id: 's' })
    class Service {
      @Describe({})
      find(@Arg(undefined, { type: Book }) { isbn }: Book): void {}
    }
    expect(refusal(() => readSchema(Service))).toMatch(
      /Service.find, parameter 1: it has no name of its own; name it in its decorator/,
    );
  });

  it('classes that are no schemas, or empty, or badly named', () => {
    class Plain {}
    @Schema({ id: 'empty' })
    class Empty {}
    @Schema({ id: 'a/b' })
    class Named {
      @Returns(String) hello(): string {
        return '';
      }
    }
    @Schema()
    class Twins {
      @Describe({ name: 'same' }) one(): void {}
      @Describe({ name: 'same' }) two(): void {}
    }
    expect(refusal(() => readSchema(Plain))).toMatch(/Plain: it has no @Schema and implements no contract/);
    expect(refusal(() => readSchema(Empty))).toMatch(/Empty: it has no operation/);
    expect(refusal(() => readSchema(Named))).toMatch(/schema id 'a\/b' has other characters/);
    expect(refusal(() => readSchema(Twins))).toMatch(/schema 'Twins': two operations are named 'same'/);
  });

  it('an RPC method that declares no result, and a status without a route', () => {
    @Schema({ id: 's' })
    class Silent {
      @rpc() find(): void {}
    }
    @Schema({ id: 's' })
    class Stated {
      @status(201) @Returns(String) find(): string {
        return '';
      }
    }
    expect(refusal(() => readSchema(Silent))).toMatch(
      /Silent.find: an RPC method declares its result; add @Returns\(Type\), or @Returns\(\) for none/,
    );
    expect(refusal(() => readSchema(Stated))).toMatch(/Stated.find: it has a status but no route/);
  });

  it('a parameter decorated twice, on a constructor or on a static method', () => {
    expect(refusal(decorateTwice)).toMatch(/Twice.find: parameter 1 is declared twice, as query and as path/);
    expect(refusal(() => at('query', 'a')(Book, undefined, 0))).toMatch(
      /Book: parameter 1 is decorated as query, but only methods of instances/,
    );
    expect(refusal(() => at('query', 'a')(Book, 'make', 1))).toMatch(/Book.make: parameter 2 is decorated as query/);
  });

  function decorateTwice(): void {
    class Twice {
      find(first: string): void {}
    }
    at('path', 'a')(Twice.prototype, 'find', 0);
    at('query', 'a')(Twice.prototype, 'find', 0);
  }
});

describe('operations', () => {
  it('say what was described, nearer classes adding to their contract', () => {
    @Schema({
      id: 's',
      path: 'a',
      title: 't',
      version: '1',
      javaInterface: 'j',
      listeners: ['rest-admin'],
      extra: 'refuse',
    })
    class Contract {
      @route('GET', '/x')
      @Describe({ summary: 'short', deprecated: true })
      @Returns()
      none(): void {}

      @route('POST', '/y')
      loose(@at('body') book: Book): void {}
    }
    @Schema({ title: 'ours' })
    class Provider extends Contract {
      @Describe({ description: 'long', name: 'nothing' }) override none(): void {}
    }
    const schema = readSchema(Provider);
    expect(schema).toMatchObject({
      path: '/a',
      title: 'ours',
      version: '1',
      javaInterface: 'j',
      listeners: ['rest-admin'],
    });
    const [none, loose] = schema.operations;
    expect(none).toMatchObject({
      name: 'nothing',
      member: 'none',
      summary: 'short',
      description: 'long',
      deprecated: true,
    });
    expect(none!.http!.status).toBe(204);
    expect(none!.result).toEqual({ stream: false, empty: true });
    expect(loose!.result).toEqual({ stream: false });
    const faults: Fault[] = [];
    loose!.parameters[0]!.schema.validate({ odd: 1 }, { place: 'body', pointer: '' }, faults);
    expect(faults.map(({ pointer }) => pointer)).toContain('/odd');
    expect(none!.read(HttpStatusKey)).toBeUndefined();
    expect(none!.read(HttpRouteKey)).toEqual({ method: 'GET', path: '/x' });
  });

  it('read the type of a parameter from the class that wrote its mark', () => {
    @Schema({ id: 's' })
    class Contract {
      @Returns(String) find(@Arg('n') n: number): string {
        return String(n);
      }
    }
    class Provider extends Contract {
      @Describe({ summary: 'mine' }) override find(n: unknown): string {
        return String(n);
      }
    }
    expect(readSchema(Provider).operations[0]!.parameters[0]!.schema.json).toEqual({ type: 'number' });
  });
});
