import { Injectable, NotFound } from '@ts-chassis/core';
import type { Order } from '../contract/order.js';

/** Older ones are forgotten. */
const MOST_ORDERS = 10_000;

/** The orders, in memory, in the order in which they were placed. */
@Injectable()
export class OrderStore {
  readonly #orders = new Map<string, Order>();

  add(order: Order): Order {
    if (this.#orders.size >= MOST_ORDERS) this.#orders.delete(this.#orders.keys().next().value as string);
    this.#orders.set(order.id, order);
    return order;
  }

  get(id: string): Order {
    const order = this.#orders.get(id);
    if (!order) throw NotFound(`there is no order ${id}`, { details: { id } });
    return order;
  }

  newest(limit: number): Order[] {
    return [...this.#orders.values()].slice(-limit).reverse();
  }
}
