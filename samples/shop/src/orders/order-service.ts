import { ChassisError, Implements, InvalidArgument, Meter, type Recorder } from '@ts-chassis/core';
import { randomUUID } from 'node:crypto';
import type { Book } from '../contract/book.js';
import type { NewOrder, Order } from '../contract/order.js';
import { Orders } from '../contract/orders.js';
import { BookFinder } from './book-finder.js';
import { OrderStore } from './order-store.js';
import { Pricing } from './pricing.js';

@Implements(Orders)
export class OrderService extends Orders {
  /** Beside what the framework measures, on `/metrics`. */
  readonly #sold: Recorder;

  constructor(
    private readonly books: BookFinder,
    private readonly orders: OrderStore,
    private readonly pricing: Pricing,
    meter: Meter,
  ) {
    super();
    this.#sold = meter.counter({ name: 'shop_books_sold_total', help: 'Books sold.' }).bind();
  }

  override async place({ isbn, quantity }: NewOrder): Promise<Order> {
    const book = await this.#book(isbn);
    const order = this.orders.add({
      id: randomUUID(),
      isbn,
      title: book.title,
      quantity,
      unitPrice: book.price,
      ...this.pricing.price(book.price, quantity),
      placedAt: new Date().toISOString(),
    });
    this.#sold.record(quantity);
    return order;
  }

  override async find(id: string): Promise<Order> {
    return this.orders.get(id);
  }

  override async list(limit: number): Promise<Order[]> {
    return this.orders.newest(limit);
  }

  /** A book that the catalog does not have is the fault of who orders it; any other failure of the catalog is passed on as it is. */
  async #book(isbn: string): Promise<Book> {
    try {
      return await this.books.find(isbn);
    } catch (error) {
      if (!ChassisError.is(error) || error.kind !== 'NOT_FOUND') throw error;
      throw InvalidArgument(`book ${isbn} cannot be ordered: the catalog does not have it`, {
        code: 'UNKNOWN_BOOK',
        details: { isbn },
        cause: error,
      });
    }
  }
}
