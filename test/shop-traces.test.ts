import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { Playground } from './fixtures/service.js';

interface Posted {
  readonly traceId: string;
  readonly name: string;
  readonly kind: string;
  readonly tags: Readonly<Record<string, string>>;
}

const NOBODY = '127.0.0.1:1';

let playground: Playground;
let collector: Server;
let address: string;
let spans: Posted[];

beforeAll(async () => {
  collector = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      spans.push(...(JSON.parse(body) as Posted[]));
      response.writeHead(202).end();
    });
  });
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  address = `127.0.0.1:${(collector.address() as AddressInfo).port}`;
});

beforeEach(async () => {
  spans = [];
  playground = await Playground.create();
});

afterEach(() => playground.close());

afterAll(() => collector.close());

const flagsFor = (target: string): string[] => [
  `--tracing.settings.URI=http://${target}/api/v2/spans`,
  '--servicecomb.log.correlation=true',
];

async function order(orders: string): Promise<string> {
  const response = await fetch(`${orders}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ isbn: '9780262033848', quantity: 1 }),
  });
  expect(response.status).toBe(201);
  return ((await response.json()) as { id: string }).id;
}

it('an order is one trace with its id, whose id stands in the log lines of both services, and none of it is lost at the stop', async () => {
  const flags = flagsFor(address);
  const catalog = playground.service('catalog', { flags });
  const orders = playground.service('orders', { flags });
  await catalog.ready();
  const id = await order(await orders.ready());
  expect([await orders.stop(), await catalog.stop()]).toEqual([0, 0]);
  const placed = spans.find(({ name }) => name === 'orders.place')!;
  expect(placed.tags['order.id']).toBe(id);
  const trace = spans.filter(({ traceId }) => traceId === placed.traceId);
  expect(trace.map(({ name, kind }) => `${kind} ${name}`).sort()).toEqual([
    'CLIENT catalog.find',
    'SERVER catalog.find',
    'SERVER orders.place',
  ]);
  for (const { lines } of [orders, catalog]) {
    expect(lines.find(({ message }) => message === 'audit')?.['traceId']).toBe(placed.traceId);
  }
});

it('a collector that is away costs one line of the log, and neither the order nor the stop', async () => {
  const catalog = playground.service('catalog', { flags: flagsFor(NOBODY) });
  const orders = playground.service('orders', { flags: flagsFor(NOBODY) });
  await catalog.ready();
  const base = await orders.ready();
  for (let count = 0; count < 20; count += 1) await order(base);
  expect(await orders.stop()).toBe(0);
  const warnings = orders.lines.filter(({ level }) => level === 'warn' || level === 'error');
  expect(warnings.map(({ message }) => message)).toEqual([`spans could not be sent to http://${NOBODY}/api/v2/spans`]);
});

it('without a collector there is no trace and no word of it', async () => {
  const catalog = playground.service('catalog');
  const orders = playground.service('orders');
  await catalog.ready();
  await order(await orders.ready());
  expect([await orders.stop(), await catalog.stop()]).toEqual([0, 0]);
  expect(orders.lines.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
});
