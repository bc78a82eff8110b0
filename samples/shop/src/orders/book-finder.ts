import { Injectable, Remote, type Client } from '@ts-chassis/core';
import { Fallback, Timeout } from '@ts-chassis/governance';
import type { Book } from '../contract/book.js';
import { Catalog } from '../contract/catalog.js';

/** More are not remembered. */
const MOST_BOOKS = 1000;

/** Books as the catalog has them; while it cannot be asked, as it had them last. */
@Injectable()
export class BookFinder {
  readonly #seen = new Map<string, Book>();

  constructor(@Remote(Catalog, { service: 'catalog' }) private readonly catalog: Client<Catalog>) {}

  /** Tries and their number are the contract's; all of them together have two seconds. */
  @Timeout(2000)
  @Fallback((self: BookFinder, error, isbn: string) => self.#remembered(isbn, error), {
    on: ['UNAVAILABLE', 'DEADLINE_EXCEEDED'],
  })
  async find(isbn: string): Promise<Book> {
    const book = await this.catalog.find(isbn);
    this.#remember(book);
    return book;
  }

  #remember(book: Book): void {
    if (this.#seen.size >= MOST_BOOKS) this.#seen.delete(this.#seen.keys().next().value as string);
    this.#seen.set(book.isbn, book);
  }

  /** The book as it was last seen, or the failure. */
  #remembered(isbn: string, failure: Error): Book {
    const book = this.#seen.get(isbn);
    if (!book) throw failure;
    return book;
  }
}
