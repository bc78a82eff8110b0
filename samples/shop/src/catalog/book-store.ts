import { AlreadyExists, Injectable, NotFound, ResourceExhausted } from '@ts-chassis/core';
import type { Book, NewBook } from '../contract/book.js';
import { SEED_BOOKS } from './seed-books.js';

/** More would not fit this toy's memory. */
const MOST_BOOKS = 10_000;

/** The books, in memory. */
@Injectable()
export class BookStore {
  readonly #books = new Map<string, Book>(SEED_BOOKS.map((book) => [book.isbn, book]));

  get(isbn: string): Book {
    const book = this.#books.get(isbn);
    if (!book) throw NotFound(`the catalog has no book ${isbn}`, { details: { isbn } });
    return book;
  }

  add(book: NewBook): Book {
    if (this.#books.has(book.isbn)) throw AlreadyExists(`the catalog has book ${book.isbn} already`);
    if (this.#books.size >= MOST_BOOKS) throw ResourceExhausted(`the catalog is full with ${MOST_BOOKS} books`);
    const added: Book = { ...book, addedAt: new Date().toISOString() };
    this.#books.set(book.isbn, added);
    return added;
  }

  remove(isbn: string): Book {
    const book = this.get(isbn);
    this.#books.delete(isbn);
    return book;
  }

  *search(text = ''): Iterable<Book> {
    const wanted = text.toLowerCase();
    for (const book of this.#books.values()) {
      const words = [book.title, ...(book.tags ?? [])];
      if (words.some((word) => word.toLowerCase().includes(wanted))) yield book;
    }
  }
}
