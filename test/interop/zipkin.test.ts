import { afterAll, beforeAll, expect, it } from 'vitest';
import { startShop, until, zipkin } from '../../scripts/servers/servers.mjs';
import { lane } from './lane.js';
import { getJson, placeOrder } from './shop-client.js';

interface ZipkinSpan {
  readonly traceId: string;
  readonly id: string;
  readonly parentId?: string;
  readonly name: string;
  readonly kind: string;
  readonly timestamp: number;
  readonly duration: number;
  readonly localEndpoint: { readonly serviceName: string };
  readonly tags?: Readonly<Record<string, string>>;
}

const SPANS_OF_AN_ORDER = 3;

lane('Zipkin and the shop', [zipkin], () => {
  let shop: Awaited<ReturnType<typeof startShop>>;
  let server: Awaited<ReturnType<typeof zipkin.start>>;

  beforeAll(async () => {
    server = await zipkin.start();
    shop = await startShop({ environment: { ZIPKIN_URI: server.spansUrl } });
  });

  afterAll(async () => {
    await shop?.stop();
    await server?.stop();
  });

  /** The whole trace in which an order was placed. */
  const traceOf = (orderId: string): Promise<ZipkinSpan[]> =>
    until(`the trace of order ${orderId}`, async () => {
      const query = encodeURIComponent(`order.id=${orderId}`);
      const [trace] = await getJson<ZipkinSpan[][]>(`${server.url}/api/v2/traces?annotationQuery=${query}`);
      return trace && trace.length >= SPANS_OF_AN_ORDER ? trace : undefined;
    });

  it('shows one order as one trace: orders, its call, and catalog, each the parent of the next', async () => {
    const id = await placeOrder(shop.orders);
    const spans = await traceOf(id);
    expect(spans).toHaveLength(SPANS_OF_AN_ORDER);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    const one = (service: string, kind: string): ZipkinSpan => {
      const found = spans.filter((span) => span.localEndpoint.serviceName === service && span.kind === kind);
      expect(found, `${service} ${kind}`).toHaveLength(1);
      return found[0]!;
    };
    const [served, call, answered] = [one('orders', 'SERVER'), one('orders', 'CLIENT'), one('catalog', 'SERVER')];
    expect(served.parentId).toBeUndefined();
    expect(call.parentId).toBe(served.id);
    expect(answered.parentId).toBe(call.id);
    expect(served.tags).toMatchObject({ 'order.id': id, 'http.method': 'POST', 'http.status_code': '201' });
    // orders calls the catalog over gRPC
    expect(answered).toMatchObject({
      tags: { 'rpc.grpc.status_code': '0' },
      remoteEndpoint: { serviceName: 'orders' },
    });
    expect(call.tags).toMatchObject({ 'rpc.grpc.status_code': '0' });
    expect(call.timestamp).toBeGreaterThanOrEqual(served.timestamp);
    expect(call.timestamp + call.duration).toBeLessThanOrEqual(served.timestamp + served.duration);
  });

  it('lists both services', async () => {
    expect(await getJson<string[]>(`${server.url}/api/v2/services`)).toEqual(['catalog', 'orders']);
  });

  it('joins the trace of a caller that is believed', async () => {
    const traceId = '463ac35c9f6413ad48485a3953bb6124';
    const response = await fetch(`${shop.orders.url}/orders?limit=1`, {
      headers: { 'x-b3-traceid': traceId, 'x-b3-spanid': 'a2fb4a1d1a96d312', 'x-b3-sampled': '1' },
    });
    expect(response.status).toBe(200);
    const [span] = await until('the span in the trace of the caller', async () => {
      const answer = await fetch(`${server.url}/api/v2/trace/${traceId}`);
      return answer.status === 200 ? ((await answer.json()) as ZipkinSpan[]) : undefined;
    });
    expect(span).toMatchObject({ traceId, parentId: 'a2fb4a1d1a96d312', kind: 'SERVER' });
  });

  it('shows a call that failed as an error, and the refusal behind it as the refusal it was', async () => {
    const order = { method: 'POST', headers: { 'content-type': 'application/json' } };
    const body = JSON.stringify({ isbn: '9999999999999', quantity: 1 });
    expect((await fetch(`${shop.orders.url}/orders`, { ...order, body })).status).toBe(400);
    const trace = await until('the failed call', async () => {
      const query = `annotationQuery=error&serviceName=orders`;
      const [found] = await getJson<ZipkinSpan[][]>(`${server.url}/api/v2/traces?${query}`);
      return found && found.length >= SPANS_OF_AN_ORDER ? found : undefined;
    });
    const one = (kind: string, service: string): ZipkinSpan['tags'] =>
      trace.find((span) => span.kind === kind && span.localEndpoint.serviceName === service)?.tags;
    expect(one('CLIENT', 'orders')).toMatchObject({
      'rpc.grpc.status_code': '5',
      error: expect.stringMatching(/9999999999999/),
    });
    expect(one('SERVER', 'catalog')).toMatchObject({ 'rpc.grpc.status_code': '5', 'error.kind': 'NOT_FOUND' });
    expect(one('SERVER', 'catalog')).not.toHaveProperty('error');
  });
});
