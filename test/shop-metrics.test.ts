import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Playground } from './fixtures/service.js';

let playground: Playground;
const addresses: Record<string, string> = {};

beforeAll(async () => {
  playground = await Playground.create();
  const [catalog, orders] = [playground.service('catalog'), playground.service('orders')];
  addresses['catalog'] = await catalog.ready();
  addresses['orders'] = await orders.ready();
  for (const isbn of ['9780262033848', '9999999999999']) {
    const response = await fetch(`${addresses['orders']}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ isbn, quantity: 2 }),
    });
    await response.text();
  }
});

afterAll(() => playground.close());

async function pageOf(service: string): Promise<string> {
  const response = await fetch(`${addresses[service]}/metrics`);
  expect(response.status).toBe(200);
  return response.text();
}

/** The value of the one sample with this name and these labels, in any order. */
function sample(page: string, name: string, labels: readonly string[] = []): number {
  const found = page
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => labels.every((label) => line.includes(label)));
  expect(found, `${name} ${labels.join(' ')} in:\n${page}`).toHaveLength(1);
  return Number(found[0]!.split(' ').at(-1));
}

describe('the metrics of the shop', () => {
  it('count what orders served, what it asked of catalog, and what it sold', async () => {
    const page = await pageOf('orders');
    const served = 'http_server_request_duration_seconds_count';
    const place = ['http_request_method="POST"', 'http_route="/orders"'];
    expect(sample(page, served, [...place, 'http_response_status_code="201"'])).toBe(1);
    expect(sample(page, served, [...place, 'http_response_status_code="400"'])).toBe(1);
    // over gRPC, as its configuration says
    const asked = 'rpc_client_call_duration_seconds_count';
    const find = ['rpc_system_name="grpc"', 'rpc_method="catalog/find"', 'server_address="catalog"'];
    expect(sample(page, asked, [...find, 'rpc_response_status_code="OK"'])).toBe(1);
    expect(sample(page, asked, [...find, 'rpc_response_status_code="NOT_FOUND"', 'error_type="NOT_FOUND"'])).toBe(1);
    expect(sample(page, 'shop_books_sold_total')).toBe(2);
  });

  it.each(['catalog', 'orders'])('show the process of %s', async (service) => {
    const page = await pageOf(service);
    expect(sample(page, 'process_resident_memory_bytes')).toBeGreaterThan(1e7);
    expect(sample(page, 'nodejs_version_info', [`version="${process.version}"`])).toBe(1);
  });

  it('take the names of go-chassis by a key', async () => {
    const other = playground.service('catalog', { flags: ['--servicecomb.metrics.names=go-chassis'] });
    const address = await other.ready();
    await (await fetch(`${address}/books/9780262033848`)).text();
    const page = await (await fetch(`${address}/metrics`)).text();
    const labels = ['service="catalog"', 'app="shop"', 'version="1.0.0"', 'API="/books/{isbn}"', 'method="GET"'];
    expect(sample(page, 'scb_request_count', labels)).toBe(1);
    expect(sample(page, 'scb_request_process_duration_count', labels)).toBe(1);
    expect(await other.stop()).toBe(0);
  });
});
