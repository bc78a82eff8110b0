import { defineSchema, Field, type SchemaInfo } from '@ts-chassis/core';
import { expect, it } from 'vitest';
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
