import { VirtualClock, type Application } from '@ts-chassis/core';
import { afterEach, describe, expect, it } from 'vitest';
import { memoryTracer } from './memory/memory-tracer.js';
import type { FinishedSpan } from './span/finished-span.js';
import { portOf, startService, type ServiceOptions } from './traced-shop.fixture.js';

const running: Application[] = [];

afterEach(async () => {
  for (const app of running.splice(0).reverse()) await app.stop();
});

async function started(...parameters: Parameters<typeof startService>): Promise<Application> {
  const app = await startService(...parameters);
  running.push(app);
  return app;
}

interface Shop {
  readonly spans: readonly FinishedSpan[];
  readonly orders: Application;
  readonly catalog: Application;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  span(name: string, kind: FinishedSpan['kind']): FinishedSpan;
}

async function shop(options: Omit<ServiceOptions, 'backend' | 'catalogPort'> = {}): Promise<Shop> {
  const backend = memoryTracer();
  const catalog = await started('catalog', { ...options, backend });
  const orders = await started('orders', { ...options, backend, catalogPort: portOf(catalog) });
  return {
    ...{ orders, catalog, spans: backend.spans },
    async get(path, headers = {}) {
      const response = await fetch(`http://127.0.0.1:${portOf(orders)}${path}`, { headers });
      await response.text();
      return response;
    },
    span: (name, kind) => backend.find(name, kind)!,
  };
}

const TRACE = '463ac35c9f6413ad48485a3953bb6124';
const SPAN = '0020000000000001';

describe('a call from one service to another', () => {
  it('is one trace of three spans, each the child of the one before', async () => {
    const { get, span, spans } = await shop();
    expect((await get('/orders/1')).status).toBe(200);
    const server = span('orders.place', 'server');
    const call = span('catalog.find', 'client');
    const callee = span('catalog.find', 'server');
    expect(spans).toHaveLength(3);
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([server.traceId]));
    expect(server.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(server.parentId).toBeUndefined();
    expect(call.parentId).toBe(server.spanId);
    expect(callee.parentId).toBe(call.spanId);
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(3);
    expect([server.service, call.service, callee.service]).toEqual(['orders', 'orders', 'catalog']);
  });

  it('says on its spans what was called, over which route, and how it ended', async () => {
    const { get, span, catalog } = await shop();
    await get('/orders/1');
    expect(Object.fromEntries(span('orders.place', 'server').tags)).toEqual({
      component: 'ts-chassis',
      'http.method': 'GET',
      'http.route': '/orders/{isbn}',
      'http.status_code': 200,
      'peer.address': '127.0.0.1',
      'order.id': 42,
    });
    expect(Object.fromEntries(span('catalog.find', 'client').tags)).toEqual({
      component: 'ts-chassis',
      'http.method': 'GET',
      'http.route': '/books/{isbn}',
      'http.status_code': 200,
      'peer.service': 'catalog',
      'peer.address': `127.0.0.1:${portOf(catalog)}`,
    });
    expect(span('catalog.find', 'server').tags.get('peer.service')).toBe('orders');
  });

  it('has the tags of handlers and the logs of business code', async () => {
    const { get, span } = await shop();
    await get('/orders/1');
    const { tags, logs } = span('orders.place', 'server');
    expect(tags.get('order.id')).toBe(42);
    expect(logs.map(({ fields }) => fields)).toEqual([{ event: 'asking the catalog' }]);
  });

  it('contains its callee in time', async () => {
    const { get, span } = await shop();
    await get('/orders/1');
    const server = span('orders.place', 'server');
    const call = span('catalog.find', 'client');
    expect(call.startedAtMs).toBeGreaterThanOrEqual(server.startedAtMs);
    expect(call.startedAtMs + call.durationMs).toBeLessThanOrEqual(server.startedAtMs + server.durationMs + 0.001);
  });

  it('gives every call its own span below the same parent', async () => {
    const { get, span, spans } = await shop();
    await get('/orders/1/twice');
    const calls = spans.filter(({ kind }) => kind === 'client');
    expect(calls.map(({ parentId }) => parentId)).toEqual(Array(2).fill(span('orders.twice', 'server').spanId));
  });
});

describe('a failure', () => {
  it('of the caller is no error of the service, but one of the call', async () => {
    const { get, span } = await shop();
    expect((await get('/orders/missing')).status).toBe(404);
    const callee = span('catalog.find', 'server').tags;
    expect([callee.get('http.status_code'), callee.get('error.kind'), callee.has('error')]).toEqual([
      ...[404, 'NOT_FOUND', false],
    ]);
    const call = span('catalog.find', 'client');
    expect([call.tags.get('http.status_code'), call.tags.get('error')]).toEqual([404, true]);
    expect(call.logs[0]?.fields).toMatchObject({ event: 'error', 'error.kind': 'NOT_FOUND' });
  });

  it('of the service is an error of both, told without secrets', async () => {
    const { get, span } = await shop();
    expect((await get('/orders/broken')).status).toBe(500);
    const { tags, logs } = span('catalog.find', 'server');
    expect([tags.get('http.status_code'), tags.get('error')]).toEqual([500, true]);
    expect(logs[0]?.fields['message']).toMatch(/^disk on fire, password=\[redacted]$/);
    expect(span('catalog.find', 'client').tags.get('error')).toBe(true);
    expect(span('orders.place', 'server').tags.get('error')).toBe(true);
  });

  it('of a request that matches nothing has a span too', async () => {
    const { get, span } = await shop();
    await get('/nowhere/at/all');
    expect(span('unmatched', 'server').tags.get('http.status_code')).toBe(404);
  });
});

describe('a stream', () => {
  it('ends its span when it ends, with its failure', async () => {
    const backend = memoryTracer();
    const catalog = await started('catalog', { backend });
    const pages = (isbn: string): Promise<string> =>
      fetch(`http://127.0.0.1:${portOf(catalog)}/books/${isbn}/pages`).then((response) => response.text());
    await pages('whole');
    expect(backend.spans.map(({ tags }) => tags.has('error'))).toEqual([false]);
    await pages('torn').catch(() => undefined);
    expect(backend.spans[1]?.tags.get('error')).toBe(true);
  });
});

describe('a caller', () => {
  const b3 = { 'x-b3-traceid': TRACE, 'x-b3-spanid': SPAN };

  it('has its trace joined', async () => {
    const { get, span } = await shop();
    await get('/orders/1', { ...b3, 'x-b3-sampled': '1' });
    expect(span('orders.place', 'server')).toMatchObject({ traceId: TRACE, parentId: SPAN });
    expect(span('catalog.find', 'server').traceId).toBe(TRACE);
  });

  it('that is trusted decides what is recorded, for all that follows', async () => {
    const { get, spans } = await shop();
    await get('/orders/1', { ...b3, 'x-b3-sampled': '0' });
    expect(spans).toEqual([]);
    await get('/orders/1', { traceparent: `00-${TRACE}-${SPAN}-00` });
    expect(spans).toEqual([]);
  });

  it('that is trusted may have a trace recorded in spite of the rate', async () => {
    const { get, spans } = await shop({ values: { 'tracing.sampling.rate': 0 } });
    await get('/orders/1', { b3: `${TRACE}-${SPAN}-d` });
    expect(spans.map(({ debug }) => debug)).toEqual([true, true, true]);
  });

  it('that is not trusted decides nothing, but is joined', async () => {
    const stranger = { 'servicecomb.protocols.rest.trust': 'none' };
    const all = await shop({ values: stranger });
    await all.get('/orders/1', { ...b3, 'x-b3-sampled': '0' });
    expect(all.span('orders.place', 'server').traceId).toBe(TRACE);
    const none = await shop({ values: { ...stranger, 'tracing.sampling.rate': 0 } });
    await none.get('/orders/1', { ...b3, 'x-b3-sampled': '1', 'x-b3-flags': '1' });
    expect(none.spans).toEqual([]);
  });

  it('that is not trusted decides where the configuration says so', async () => {
    const values = { 'servicecomb.protocols.rest.trust': 'none', 'tracing.sampling.parent': 'always' };
    const { get, spans } = await shop({ values });
    await get('/orders/1', { ...b3, 'x-b3-sampled': '0' });
    expect(spans).toEqual([]);
  });

  it.each([
    ['wrong hex', { 'x-b3-traceid': 'g'.repeat(32), 'x-b3-spanid': SPAN }],
    ['too long', { 'x-b3-traceid': 'a'.repeat(10_000), 'x-b3-spanid': SPAN }],
    ['zeros only', { traceparent: `00-${'0'.repeat(32)}-${SPAN}-01` }],
    ['no span', { 'x-b3-traceid': TRACE }],
    ['a version that is none', { traceparent: `ff-${TRACE}-${SPAN}-01` }],
  ])('with a malformed context (%s) begins a new trace', async (_what, headers) => {
    const { get, span } = await shop();
    expect((await get('/orders/1', headers as unknown as Record<string, string>)).status).toBe(200);
    const server = span('orders.place', 'server');
    expect(server.parentId).toBeUndefined();
    expect(server.traceId).not.toBe(TRACE);
  });
});

describe('sampling', () => {
  it('records nothing at a rate of 0 and follows the configuration while it runs', async () => {
    const { get, spans, orders, catalog } = await shop({ values: { 'tracing.sampling.rate': 0 } });
    await get('/orders/1');
    expect(spans).toEqual([]);
    for (const app of [orders, catalog]) app.config.set('tracing.sampling.rate', 1);
    await get('/orders/1');
    expect(spans).toHaveLength(3);
  });

  it('begins no more traces a second than allowed', async () => {
    const clock = new VirtualClock();
    const { get, spans } = await shop({ clock, values: { 'tracing.sampling.tracesPerSecond': 2 } });
    for (let count = 0; count < 5; count += 1) await get('/nowhere');
    expect(spans).toHaveLength(2);
    await clock.advance(500);
    for (let count = 0; count < 5; count += 1) await get('/nowhere');
    expect(spans).toHaveLength(3);
  });
});

describe('a span of one’s own', () => {
  it('stands between the request and the calls made in it', async () => {
    const { get, span } = await shop();
    expect((await get('/orders/1/stock')).status).toBe(200);
    const own = span('stock.load', 'internal');
    expect(own.parentId).toBe(span('orders.stock', 'server').spanId);
    expect(own.tags.get('isbn')).toBe('1');
    expect(span('catalog.find', 'client').parentId).toBe(own.spanId);
  });

  it('has the failure of its work, which is passed on', async () => {
    const { get, span } = await shop();
    expect((await get('/orders/missing/stock')).status).toBe(404);
    expect(span('stock.load', 'internal').tags.get('error')).toBe(true);
  });

  it('does only the work when nothing is recorded', async () => {
    for (const values of [{ 'tracing.enable': false }, { 'tracing.sampling.rate': 0 }]) {
      const { get, spans } = await shop({ values });
      expect((await get('/orders/1/stock')).status).toBe(200);
      expect(spans).toEqual([]);
    }
  });
});

describe('inside one process', () => {
  it('the callee is the child of the call', async () => {
    const backend = memoryTracer();
    const values = { 'servicecomb.consumer.inProcess': ['catalog'] };
    const both = await started('both', { backend, values });
    await (await fetch(`http://127.0.0.1:${portOf(both)}/orders/1`)).text();
    const call = backend.find('catalog.find', 'client');
    expect(backend.find('catalog.find', 'server')?.parentId).toBe(call?.spanId);
    expect(call?.tags.has('http.method')).toBe(false);
    expect(backend.spans).toHaveLength(3);
  });
});

describe('without spans', () => {
  it('are the probes of the framework, and what is excluded', async () => {
    const { get, spans } = await shop({ values: { 'tracing.exclude': ['chassis.*', 'orders.*'] } });
    expect((await get('/healthz')).status).toBe(200);
    await get('/orders/1');
    expect(spans.map(({ name }) => name)).not.toContain('orders.place');
    expect(spans.filter(({ name }) => name.startsWith('chassis.'))).toEqual([]);
  });

  it('is everything when tracing is off', async () => {
    const { get, spans } = await shop({ values: { 'tracing.enable': false } });
    await get('/orders/1');
    expect(spans).toEqual([]);
  });

  it('is everything when the configuration names a backend that is not listed', async () => {
    const { get, spans } = await shop({ values: { 'tracing.tracer': 'zipkin' } });
    expect((await get('/orders/1')).status).toBe(200);
    expect(spans).toEqual([]);
  });
});
