import { Implements } from '@ts-chassis/core';
import { Bulkhead, RateLimit } from '@ts-chassis/governance';
import type { Book, NewBook } from '../contract/book.js';
import { Catalog } from '../contract/catalog.js';
import { BookStore } from './book-store.js';

@Implements(Catalog)
@RateLimit({ rate: 500, burst: 100 })
export class CatalogService extends Catalog {
  constructor(private readonly books: BookStore) {
    super();
  }

  override async find(isbn: string): Promise<Book> {
    return this.books.get(isbn);
  }

  @Bulkhead({ concurrent: 20 })
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
