import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Book } from '../contract/book.js';
import type { Order } from '../contract/order.js';
import { firstSignal } from './first-signal.js';
import { Shop, type ShopAddresses } from './shop.js';

const ISBN = '9780262033848';
const MISSING = '9999999999999';
const QUANTITY = 2;

/** Runs the shop on free ports and a registry of its own, places one order, says what it did; resolves to the exit code. */
export async function check(given: readonly string[]): Promise<number> {
  const registry = await mkdtemp(join(tmpdir(), 'ts-chassis-shop-'));
  const lines: string[] = [];
  const shop = new Shop({
    arguments: [`--servicecomb.registry.address=${pathToFileURL(registry).href}`, ...given],
    environment: {
      SHOP_CATALOG_ADDRESS: '127.0.0.1:0',
      SHOP_CATALOG_GRPC_ADDRESS: '127.0.0.1:0',
      SHOP_ORDERS_ADDRESS: '127.0.0.1:0',
    },
    line: (service, text) => lines.push(`${service.padEnd(7)} | ${text}`),
  });
  const failure = await Promise.race([
    placeOrder(shop, lines).catch((error: Error) => error.message),
    shop.ended(),
    firstSignal(() => shop.kill()).then(() => 'interrupted'),
  ]);
  const unclean = await shop.stop();
  await rm(registry, { recursive: true, force: true });
  const wrong = failure ?? unclean[0];
  if (wrong === undefined) {
    say('stopped both services: each finished what it was doing and ended with exit code 0');
    console.log('check passed');
    return 0;
  }
  console.error(`${lines.join('\n')}\ncheck failed: ${wrong}`);
  return 1;
}

/** One order end to end. Resolves to nothing when everything was as it should be. */
async function placeOrder(shop: Shop, lines: readonly string[]): Promise<undefined> {
  const { catalog, orders } = await shop.ready();
  say(`started catalog on ${catalog} and orders on ${orders}, each a process; both answer GET /readyz with 200`);
  const book = await ask<Book>(`${catalog}/books/${ISBN}`, { status: 200 });
  say(`GET ${catalog}/books/${ISBN}: 200, "${book.title}" at ${book.price}`);
  const order = await place({ catalog, orders }, book);
  const found = await ask<Order>(`${orders}/orders/${order.id}`, { status: 200 });
  expect('the stored order', JSON.stringify(found), JSON.stringify(order));
  say(`GET ${orders}/orders/${order.id}: 200, the same order`);
  const call = lines.find((line) => line.startsWith('catalog') && line.includes('"caller":"orders"'));
  if (call === undefined) throw new Error('the catalog’s audit handler saw no call from orders');
  const [, protocol = 'an unknown protocol'] = /"protocol":"(\w+)"/.exec(call) ?? [];
  say(`the audit handler of catalog saw that orders called it by name, over ${protocol}`);
  await ask(`${orders}/orders`, { status: 400, body: { isbn: MISSING, quantity: 1 } });
  say(`POST ${orders}/orders for a book that the catalog does not have: 400`);
  return undefined;
}

async function place({ orders }: ShopAddresses, book: Book): Promise<Order> {
  const order = await ask<Order>(`${orders}/orders`, { status: 201, body: { isbn: ISBN, quantity: QUANTITY } });
  expect('the title, which orders gets from catalog', order.title, book.title);
  expect('the price', order.price, Math.round(book.price * QUANTITY * (100 - order.discount)) / 100);
  say(
    `POST ${orders}/orders for ${QUANTITY} of them: 201, order ${order.id}, ${order.price} to pay after ${order.discount} % discount`,
  );
  return order;
}

async function ask<T>(url: string, { status, body }: { status: number; body?: object }): Promise<T> {
  const init = body && {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
  const response = await fetch(url, init ?? {});
  const text = await response.text();
  if (response.status !== status) throw new Error(`${url} answered ${response.status}, expected ${status}: ${text}`);
  return JSON.parse(text) as T;
}

function expect(what: string, got: unknown, expected: unknown): void {
  if (got !== expected) throw new Error(`${what}: expected ${String(expected)}, got ${String(got)}`);
}

function say(what: string): void {
  console.log(`- ${what}`);
}
