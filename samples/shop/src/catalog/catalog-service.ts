import { Implements } from '@ts-chassis/core';
import type { Book, NewBook } from '../contract/book.js';
import { Catalog } from '../contract/catalog.js';
import { BookStore } from './book-store.js';

@Implements(Catalog)
export class CatalogService extends Catalog {
  constructor(private readonly books: BookStore) {
    super();
  }

  override async find(isbn: string): Promise<Book> {
    return this.books.get(isbn);
  }

  override async add(book: NewBook): Promise<Book> {
    return this.books.add(book);
  }

  override async *list(q?: string): AsyncIterable<Book> {
    yield* this.books.search(q);
  }

  override async remove(isbn: string): Promise<Book> {
    return this.books.remove(isbn);
  }
}
