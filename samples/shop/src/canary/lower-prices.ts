import { Injectable } from '@ts-chassis/core';
import { BookStore } from '../catalog/book-store.js';
import type { Book } from '../contract/book.js';

/** What version 1.1.0 of the catalog does otherwise: a book that is asked for costs a tenth less, rounded to cents. */
@Injectable()
export class LowerPrices extends BookStore {
  override get(isbn: string): Book {
    const book = super.get(isbn);
    return { ...book, price: Math.round(book.price * 90) / 100 };
  }
}
