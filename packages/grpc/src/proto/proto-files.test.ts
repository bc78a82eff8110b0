import { defineSchema, Field, Module, Returns, Schema, silentLogger, type SchemaInfo } from '@ts-chassis/core';
import { expect, it } from 'vitest';
import { Rpc } from '../decorators/rpc.js';
import { startServing } from '../server/serving.fixture.js';
import { protoFiles } from './proto-files.js';

class Item {
  @Field() isbn!: string;
}
class BookItem {
  @Field() isbn!: string;
}

function schemaOf(id: string, returns: typeof Item, service = id): SchemaInfo {
  return defineSchema({ id, operations: { get: { rpc: { service }, returns } } });
}

it('of several services are one each', () => {
  const { files } = protoFiles([schemaOf('catalog', BookItem), schemaOf('catalog-book', Item, 'shop.catalog-book')]);
  expect(files.map(({ name }) => name)).toEqual(['catalog.proto', 'shop/catalog_book.proto']);
});

it('that other programs cannot read together are refused, with what to do', () => {
  const given = [schemaOf('catalog', BookItem), schemaOf('catalog-book', Item)];
  expect(() => protoFiles(given)).toThrow(
    /'catalog' and 'catalog-book' would both be given the message CatalogBookItem.*@Rpc\({ service: 'shop.catalog-book' }\)/,
  );
});

it.each([
  ['stock-take', 'stock_take'],
  ['Stock', 'stock'],
])('of which one would overwrite the other are refused: %s, %s', (one, other) => {
  const given = [schemaOf(one, Item), schemaOf(other, Item)];
  expect(() => protoFiles(given)).toThrow(`the services '${one}' and '${other}' would both be written to`);
});

it.each(['google', 'google.protobuf', 'google.protobuf.books'])(
  "of a service called as protobuf's own are refused: %s",
  (id) => {
    expect(() => protoFiles([schemaOf(id, Item)])).toThrow(
      `the service '${id}' of ${id}.get would clash with protobuf's own package google.protobuf`,
    );
  },
);

it('of a service called nearly as that are not', () => {
  const { files } = protoFiles([schemaOf('google.books', Item), schemaOf('googles', Item), schemaOf('protobuf', Item)]);
  expect(files.map(({ name }) => name)).toEqual(['google/books.proto', 'googles.proto', 'protobuf.proto']);
});

it('of such a service keep the application from starting', async () => {
  @Schema({ id: 'google.protobuf' })
  class Books {
    @Rpc() @Returns(Number) count(): number {
      return 1;
    }
  }
  @Module({ schemas: [Books] })
  class BooksModule {}
  await expect(startServing({ modules: [BooksModule], logger: silentLogger })).rejects.toThrow(
    "the service 'google.protobuf' of google.protobuf.count would clash with protobuf's own package google.protobuf",
  );
});
