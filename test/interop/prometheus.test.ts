import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkMetrics, prometheus, startShop, until } from '../../scripts/servers/servers.mjs';
import { lane } from './lane.js';
import { getJson, getText, placeOrder } from './shop-client.js';

interface Targets {
  readonly data: { readonly activeTargets: readonly { readonly health: string; readonly labels: { job: string } }[] };
}

interface Query {
  readonly data: {
    readonly result: readonly { readonly metric: Record<string, string>; readonly value: [number, string] }[];
  };
}

const ORDERS = 5;

lane('Prometheus and the shop', [prometheus], () => {
  let shop: Awaited<ReturnType<typeof startShop>>;
  let server: Awaited<ReturnType<typeof prometheus.start>>;

  beforeAll(async () => {
    shop = await startShop();
    server = await prometheus.start({ targets: { catalog: shop.catalog.address, orders: shop.orders.address } });
    for (let count = 0; count < ORDERS; count += 1) await placeOrder(shop.orders);
    await fetch(`${shop.orders.url}/nowhere/"quoted"\\and%0Anewline`);
  });

  afterAll(async () => {
    await server?.stop();
    await shop?.stop();
  });

  /** The first answer of a query that has one, as `label values -> number`. */
  const ask = (query: string): Promise<Query['data']['result']> =>
    until(`an answer to ${query}`, async () => {
      const url = `${server.url}/api/v1/query?query=${encodeURIComponent(query)}`;
      const { data } = await getJson<Query>(url);
      return data.result.length > 0 ? data.result : undefined;
    });

  it('scrapes both services', async () => {
    const up = await until('both targets up', async () => {
      const { data } = await getJson<Targets>(`${server.url}/api/v1/targets`);
      const healthy = data.activeTargets.filter(({ health }) => health === 'up').map(({ labels }) => labels.job);
      return healthy.length === 2 ? healthy.sort() : undefined;
    });
    expect(up).toEqual(['catalog', 'orders']);
  });

  it('has the orders that were placed, by route and status', async () => {
    const query = 'http_server_request_duration_seconds_count{job="orders",http_route="/orders"}';
    const [series] = await until('all orders', async () => {
      const result = await ask(`${query} == ${ORDERS}`);
      return result.length > 0 ? result : undefined;
    });
    expect(series!.metric).toMatchObject({
      http_request_method: 'POST',
      http_route: '/orders',
      http_response_status_code: '201',
    });
  });

  it('has the calls that orders made over gRPC, and that catalog answered', async () => {
    const [made] = await ask('sum(rpc_client_call_duration_seconds_count{job="orders",rpc_system_name="grpc"})');
    const [answered] = await ask(
      'sum(rpc_server_call_duration_seconds_count{job="catalog",rpc_method=~"catalog/find|catalog.find"})',
    );
    expect(Number(made!.value[1])).toBeGreaterThanOrEqual(ORDERS);
    expect(Number(answered!.value[1])).toBeGreaterThanOrEqual(ORDERS);
  });

  it('has the memory of both processes', async () => {
    const result = await until('memory of both', async () => {
      const series = await ask('process_resident_memory_bytes');
      return series.length === 2 ? series : undefined;
    });
    for (const { value } of result) expect(Number(value[1])).toBeGreaterThan(10 * 1024 * 1024);
  });

  it.each(['catalog', 'orders'] as const)('promtool has nothing against the page of %s', async (name) => {
    const page = await getText(`${shop[name].url}/metrics`);
    expect(page).toContain('http_server_request_duration_seconds_bucket{');
    expect(page).toContain('process_cpu_seconds_total');
    expect(page).toContain('nodejs_eventloop_lag_seconds');
    const { code, output } = await checkMetrics(page);
    expect(output).toBe('');
    expect(code).toBe(0);
  });

  it('bounds what a stranger can make of labels', async () => {
    for (let count = 0; count < 50; count += 1) await fetch(`${shop.orders.url}/nowhere/${count}`);
    const page = await getText(`${shop.orders.url}/metrics`);
    expect(page).not.toContain('nowhere');
  });
});
