import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Playground, root, type Line, type Service } from './fixtures/service.js';

const ALGORITHMS = '9780262033848';
const PATTERNS = '9780201633610';

let playground: Playground;
let services: Record<'catalog' | 'orders', Service>;
let catalogAddress: string;
let ordersAddress: string;

beforeEach(async () => {
  playground = await Playground.create();
  services = { catalog: playground.service('catalog'), orders: playground.service('orders') };
  [catalogAddress, ordersAddress] = await Promise.all([services.catalog.ready(), services.orders.ready()]);
});

afterEach(() => playground.close());

const asItIs = (text: string): string => text;

/** Copies a file of the README's folder `try` into the configuration of a service, by rename; resolves to what the service says to it. */
async function put(
  name: string,
  into: 'catalog' | 'orders',
  edit = asItIs,
  says = 'configuration changed',
): Promise<Line> {
  const text = await readFile(join(root, 'samples/shop/try', name), 'utf8');
  const fresh = playground.conf(into, `.${name}.new`);
  await writeFile(fresh, edit(text));
  return said(into, () => rename(fresh, playground.conf(into, name)), says);
}

async function take(name: string, from: 'catalog' | 'orders'): Promise<void> {
  await said(from, () => rm(playground.conf(from, name)), 'configuration changed');
}

async function said(who: 'catalog' | 'orders', change: () => Promise<void>, text: string): Promise<Line> {
  const from = services[who].lines.length;
  await change();
  return services[who].says(text, from);
}

function order(isbn: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`${ordersAddress}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ isbn, quantity: 1 }),
  });
}

async function codeOf(response: Response): Promise<string> {
  expect(response.status).toBe(503);
  return ((await response.json()) as { code: string }).code;
}

const audits = ({ lines }: Service): number => lines.filter(({ message }) => message === 'audit').length;

describe('canary', () => {
  /** How often twenty orders met each price of the book: 85 is version 1.0.0, 76.5 is 1.1.0. */
  async function prices(headers: Readonly<Record<string, string>> = {}): Promise<Record<number, number>> {
    const counts: Record<number, number> = {};
    for (let count = 0; count < 20; count += 1) {
      const response = await order(ALGORITHMS, headers);
      expect(response.status).toBe(201);
      const { unitPrice } = (await response.json()) as { unitPrice: number };
      counts[unitPrice] = (counts[unitPrice] ?? 0) + 1;
    }
    return counts;
  }

  it('gets its share of the calls and all of testers, from and to the change of a file', async () => {
    await playground.service('canary').ready();
    while ((await (await order(ALGORITHMS)).text()).includes('"unitPrice":85'));
    expect(await prices()).toEqual({ 76.5: 10, 85: 10 });
    await put('canary.yaml', 'orders');
    expect(await prices()).toEqual({ 76.5: 2, 85: 18 });
    expect(await prices({ 'x-tester': 'yes' })).toEqual({ 76.5: 20 });
    const half = (text: string): string => text.replace(/weight: (10|90),/g, 'weight: 50,');
    await put('canary.yaml', 'orders', half);
    expect(await prices()).toEqual({ 76.5: 10, 85: 10 });
    const over = (text: string): string => text.replace(/weight: (10|90),/g, 'weight: 150,');
    const { message } = await put('canary.yaml', 'orders', over, 'canary.yaml');
    expect(message).toContain('expected a whole number from 0 to 100, got 150');
    expect(message).toContain('servicecomb.routeRule keeps its last good values');
    expect(await prices({ 'x-tester': 'yes' })).toEqual({ 76.5: 20 });
    await take('canary.yaml', 'orders');
    expect(await prices({ 'x-tester': 'yes' })).toEqual({ 76.5: 10, 85: 10 });
  });
});

describe('fault', () => {
  it('is tried again and hidden for books that were seen before, until the file is taken away', async () => {
    expect((await order(ALGORITHMS)).status).toBe(201);
    await put('fault.yaml', 'catalog');
    const direct = await fetch(`${catalogAddress}/books/${ALGORITHMS}`);
    expect(await codeOf(direct)).toBe('FAULT_INJECTED');
    const before = audits(services.catalog);
    const known = await order(ALGORITHMS);
    expect(known.status).toBe(201);
    expect(await known.json()).toMatchObject({ title: 'Introduction to Algorithms', unitPrice: 85 });
    expect(await codeOf(await order(PATTERNS))).toBe('FAULT_INJECTED');
    await services.catalog.line(() => audits(services.catalog) === before + 6);
    await take('fault.yaml', 'catalog');
    expect((await order(PATTERNS)).status).toBe(201);
  });
});

describe('breaker', () => {
  it('leaves a failing catalog alone, tells until when, and closes when it works again', async () => {
    const sooner = (text: string): string => text.replace('10000', '2000');
    await put('fault.yaml', 'catalog');
    await put('breaker.yaml', 'orders', sooner);
    const before = audits(services.catalog);
    expect(await codeOf(await order(PATTERNS))).toBe('FAULT_INJECTED');
    expect(await codeOf(await order(PATTERNS))).toBe('CIRCUIT_OPEN');
    await services.orders.says('circuit opened');
    const refused = await order(PATTERNS);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await codeOf(refused)).toBe('CIRCUIT_OPEN');
    await take('fault.yaml', 'catalog');
    expect(audits(services.catalog) - before).toBe(5);
    let status = 0;
    while (status !== 201) ({ status } = await order(PATTERNS));
    await services.orders.says('circuit half-opened');
    await services.orders.says('circuit closed');
  });
});

describe('limit', () => {
  it('stands above what the code says, and tells when to come back', async () => {
    const statuses = async (): Promise<number[]> => {
      const answers = await Promise.all([1, 2, 3, 4, 5].map(() => fetch(`${catalogAddress}/books/${ALGORITHMS}`)));
      for (const { status, headers } of answers) expect(headers.get('retry-after')).toBe(status === 429 ? '1' : null);
      return answers.map(({ status }) => status).sort();
    };
    expect(await statuses()).toEqual([200, 200, 200, 200, 200]);
    await put('limit.yaml', 'catalog');
    expect(await statuses()).toEqual([200, 200, 429, 429, 429]);
    await take('limit.yaml', 'catalog');
    expect(await statuses()).toEqual([200, 200, 200, 200, 200]);
  });
});

describe('npm start -- --canary', () => {
  it('starts three services, says where they are, and stops all', async () => {
    const program = playground.program({
      command: [
        join(root, 'samples/shop/dist/start.js'),
        '--canary',
        `--servicecomb.registry.address=${playground.registry}`,
      ],
      environment: {
        SHOP_CATALOG_ADDRESS: '127.0.0.1:0',
        SHOP_CATALOG_GRPC_ADDRESS: '127.0.0.1:0',
        SHOP_CANARY_GRPC_ADDRESS: '127.0.0.1:0',
        SHOP_CANARY_ADDRESS: '127.0.0.1:0',
        SHOP_ORDERS_ADDRESS: '127.0.0.1:0',
      },
    });
    const { message } = await program.line((line) => line.message.startsWith('ready'));
    const canary = /catalog 1\.1\.0 on (\S+),/.exec(message)?.[1];
    const response = await fetch(`${canary}/books/${ALGORITHMS}`);
    expect(await response.json()).toMatchObject({ title: 'Introduction to Algorithms', price: 76.5 });
    expect(await program.stop('SIGINT')).toBe(0);
    expect(program.text).toContain('stopped: all services finished what they were doing');
  });
});
