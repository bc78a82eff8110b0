import { Arg, Field, readSchema, remote, Returns, Schema } from '@ts-chassis/core';
import { parse } from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { Rpc } from '../decorators/rpc.js';
import { Protos } from './protos.js';

class Author {
  @Field() name!: string;
  @Field({ optional: true }) born?: Date;
}

class Book {
  @Field() isbn!: string;
  @Field({ minimum: 0 }) price!: number;
  @Field({ integer: true }) pages!: number;
  @Field({ type: [String], optional: true }) tags?: string[];
  @Field({ type: [Author] }) authors!: Author[];
  @Field({ map: Number }) stock!: Record<string, number>;
}

@Schema({ id: 'catalog' })
class Catalog {
  @Rpc() @Returns(Book) find(
    @Arg('isbn') _isbn: string,
    @Arg('limit', { optional: true }) _limit?: number,
  ): Promise<Book> {
    return remote();
  }
  @Rpc() @Returns(Number, { stream: true }) count(
    @Arg('books', { type: Book, stream: true }) _books: AsyncIterable<Book>,
  ): AsyncIterable<number> {
    return remote();
  }
}

const schema = readSchema(Catalog);
const plan = (name: string) => new Protos().planOf(schema.operations.find((each) => each.name === name)!)!;

describe('a plan derived from a class', () => {
  it('goes from arguments to bytes that protobuf programs read, and back', () => {
    const find = plan('find');
    expect(find).toMatchObject({
      path: '/catalog/find',
      requestStream: false,
      responseStream: false,
      streamed: undefined,
    });
    const { root } = parse('syntax = "proto3"; message R { string isbn = 1; optional double limit = 2; }');
    const type = root.lookupType('R');
    const bytes = find.encodeRequest(find.toMessage(['978', 5]));
    expect(type.decode(bytes).toJSON()).toEqual({ isbn: '978', limit: 5 });
    expect(find.toArguments(find.decodeRequest(Buffer.from(type.encode({ isbn: 'x' }).finish())))).toEqual([
      'x',
      undefined,
    ]);
  });

  it('carries a result with all that is declared, and drops the rest', () => {
    const find = plan('find');
    const book = {
      ...{ isbn: '978', price: 1.5, pages: 4e9, tags: ['a'], stock: { x: 1, y: 0 }, secret: 's' },
      authors: [{ name: 'A', born: new Date(-5) }, { name: '' }],
    };
    const { secret: _, ...declared } = book;
    const result = find.messageToResult(find.decodeResponse(find.encodeResponse(find.resultToMessage(book))));
    expect(result).toEqual(declared);
  });

  it('carries the items of streams', () => {
    const count = plan('count');
    expect(count).toMatchObject({ requestStream: true, responseStream: true, streamed: 0 });
    const book = { isbn: '1', price: 0, pages: 0, authors: [], stock: {} };
    expect(count.messageToItem(count.decodeRequest(count.encodeRequest(count.itemToMessage(book))))).toEqual(book);
    expect(count.messageToResult(count.decodeResponse(count.encodeResponse(count.resultToMessage(7))))).toBe(7);
  });
});
