import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Playground, type Line, type Service } from './fixtures/service.js';

let playground: Playground;
let orders: Service;
let address: string;

beforeAll(async () => {
  playground = await Playground.create();
  const catalog = playground.service('catalog');
  orders = playground.service('orders');
  await catalog.ready();
  address = await orders.ready();
});

afterAll(() => playground.close());

const file = (): string => playground.conf('orders', 'shop.yaml');

/** The discount of an order that is placed now. */
async function discount(): Promise<number> {
  const response = await fetch(`${address}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ isbn: '9780262033848', quantity: 1 }),
  });
  expect(response.status).toBe(201);
  return ((await response.json()) as { discount: number }).discount;
}

/** Places orders until one has the discount; gives the time it took. */
async function untilDiscount(wanted: number): Promise<number> {
  const began = performance.now();
  while ((await discount()) !== wanted) {
    if (performance.now() - began > 10_000) throw new Error(`still no discount of ${wanted}:\n${orders.text}`);
  }
  return performance.now() - began;
}

async function complaint(write: () => Promise<void>): Promise<Line> {
  const from = orders.lines.length;
  await write();
  return orders.line(({ level, message }) => level !== 'info' && message.includes('shop.yaml'), from);
}

it('starts with the discount of the file', async () => {
  expect(await discount()).toBe(10);
});

it('takes a value that is written into the file within a second', async () => {
  const text = await readFile(file(), 'utf8');
  await writeFile(file(), text.replace('discount: 10', 'discount: 25'));
  expect(await untilDiscount(25)).toBeLessThan(1000);
});

it('takes a file that is renamed into place within a second', async () => {
  const fresh = playground.conf('orders', '.shop.yaml.new');
  await writeFile(fresh, 'shop:\n  discount: 30\n');
  await rename(fresh, file());
  expect(await untilDiscount(30)).toBeLessThan(1000);
});

it.each([
  ['out of range', 'shop:\n  # a generous day\n  discount: 120\n', 'shop.yaml:3'],
  ['of another type', 'shop:\n  discount: ten\n', 'shop.yaml:2'],
])('refuses a value %s with file, line and key, and keeps the old one', async (_what, text, place) => {
  const { message } = await complaint(() => writeFile(file(), text));
  expect(message).toContain(place);
  expect(message).toContain('shop.discount');
  expect(await discount()).toBe(30);
});

it('refuses a file that is no YAML with file and line, and keeps the old values', async () => {
  const { message } = await complaint(() => writeFile(file(), 'shop:\n  discount: [1\n'));
  expect(message).toMatch(/shop\.yaml:\d+/);
  expect(await discount()).toBe(30);
});

it('names the nearest key for one that is unknown', async () => {
  const { message } = await complaint(() => writeFile(file(), 'shop:\n  discount: 30\n  discuont: 5\n'));
  expect(message).toContain('shop.yaml:3');
  expect(message).toContain('shop.discuont');
  expect(message).toContain('discount');
});

it('takes the next good value', async () => {
  await writeFile(file(), 'shop:\n  discount: 15\n');
  expect(await untilDiscount(15)).toBeLessThan(1000);
});

it('changes the chain of handlers, and refuses one that cannot be made', async () => {
  const file = playground.conf('orders', 'z-chain.yaml');
  const chain = (name: string): string =>
    `servicecomb:\n  handler:\n    chain:\n      Provider:\n        default: ${name}\n`;
  let from = orders.lines.length;
  await writeFile(file, chain('-audit'));
  await orders.says('configuration changed', from);
  from = orders.lines.length;
  await discount();
  await writeFile(file, chain('-audits'));
  const { message } = await orders.line(({ level }) => level === 'warn', from);
  expect(message).toContain('z-chain.yaml:5');
  expect(message).toContain('servicecomb.handler.chain.Provider.default');
  expect(message).toContain('did you mean "audit"?');
  await rm(file);
  await discount();
  expect(orders.lines.slice(from).filter((line) => line.message === 'audit')).toEqual([]);
});

it('is overruled by the command line', async () => {
  const other = playground.service('orders', { flags: ['--shop.discount=42'] });
  address = await other.ready();
  expect(await discount()).toBe(42);
});
