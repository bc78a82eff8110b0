import {
  Application,
  currentInvocation,
  Handler,
  Implements,
  Module,
  NotFound,
  remote,
  Remote,
  Returns,
  runFork,
  Schema,
  silentLogger,
  VirtualClock,
  type ChainHandler,
  type Client,
  type Clock,
  type Invocation,
  type Next,
  type Reply,
} from '@ts-chassis/core';
import { Get, Param, rest } from '@ts-chassis/rest';
import { afterEach, describe, expect, it } from 'vitest';
import type { TracingBackend } from './backend.js';
import { memoryTracer } from './memory/memory-tracer.js';
import { tracing } from './plugin.js';
import type { FinishedSpan } from './span/finished-span.js';
import { Spans } from './spans.js';

@Schema({ id: 'catalog', path: '/books' })
class Catalog {
  @Get('/:isbn')
  @Returns(String)
  find(@Param('isbn') isbn: string): Promise<string> {
    return remote();
  }

  @Get('/:isbn/pages')
  @Returns(Number, { stream: true })
  pages(@Param('isbn') isbn: string): AsyncIterable<number> {
    return remote();
  }
}

@Implements(Catalog)
class CatalogService extends Catalog {
  override async find(isbn: string): Promise<string> {
    if (isbn === 'missing') throw NotFound(`no book ${isbn}`);
    if (isbn === 'broken') throw new Error('disk on fire, password=hunter2');
    return `title of ${isbn}`;
  }

  override async *pages(isbn: string): AsyncIterable<number> {
    yield 1;
    if (isbn === 'torn') throw new Error('torn out');
    yield 2;
  }
}

@Schema({ id: 'orders', path: '/orders' })
class Orders {
  constructor(
    @Remote(Catalog, { service: 'catalog' }) private readonly catalog: Client<Catalog>,
    private readonly spans: Spans,
  ) {}

  @Get('/:isbn')
  @Returns(String)
  async place(@Param('isbn') isbn: string): Promise<string> {
    currentInvocation().span.log({ event: 'asking the catalog' });
    return `order of ${await this.catalog.find(isbn)}`;
  }

  @Get('/:isbn/stock')
  @Returns(String)
  stock(@Param('isbn') isbn: string): Promise<string> {
    return this.spans.run('stock.load', async (span) => {
      span.setTag('isbn', isbn);
      return this.catalog.find(isbn);
    });
  }

  @Get('/:isbn/hanging')
  @Returns(String)
  hang(@Param('isbn') _isbn: string): Promise<string> {
    return new Promise(() => undefined);
  }

  @Get('/:isbn/twice')
  @Returns(String)
  async twice(@Param('isbn') isbn: string): Promise<string> {
    await this.catalog.find(isbn);
    return this.catalog.find(isbn);
  }
}

@Handler('audit', { side: 'provider', after: 'tracing-provider', everywhere: true })
class Audit implements ChainHandler {
  handle(invocation: Invocation, next: Next): Promise<Reply> {
    invocation.span.setTag('order.id', 42);
    return next(invocation);
  }
}

/** Tries a call that failed once more, as `retry` does, and stands where that stands. */
@Handler('again', { side: 'consumer', before: 'loadbalance', everywhere: true })
class Again implements ChainHandler {
  async handle(invocation: Invocation, next: Next): Promise<Reply> {
    try {
      return await runFork(next, invocation.fork({ attempt: 1 }));
    } catch {
      return runFork(next, invocation.fork({ attempt: 2 }));
    }
  }
}

@Handler('headers', { side: 'provider', everywhere: true })
class HeaderKeeper implements ChainHandler {
  seen: Invocation['headers'] | undefined;

  handle(invocation: Invocation, next: Next): Promise<Reply> {
    this.seen = invocation.headers;
    return next(invocation);
  }
}

@Module({ schemas: [CatalogService], handlers: [HeaderKeeper] })
class CatalogModule {}

@Module({ schemas: [Orders], handlers: [Audit, Again] })
class OrdersModule {}

@Module({ schemas: [CatalogService, Orders] })
class BothModule {}

const MODULES = { catalog: CatalogModule, orders: OrdersModule, both: BothModule };

const running: Application[] = [];

afterEach(async () => {
  for (const app of running.splice(0).reverse()) await app.stop();
});

interface ServiceOptions {
  readonly backend: TracingBackend;
  readonly catalogPort?: number;
  readonly values?: Readonly<Record<string, unknown>>;
  readonly clock?: Clock;
}

/** Starts a service on a free port of REST; it trusts its callers unless told otherwise. */
async function started(name: keyof typeof MODULES, options: ServiceOptions): Promise<Application> {
  const { backend, catalogPort, values, clock } = options;
  const app = new Application({
    name,
    modules: [MODULES[name]],
    plugins: [rest(), tracing(backend)],
    ...{ logger: silentLogger, signals: false },
    ...(clock && { clock }),
    configuration: {
      ...{ directory: false, environment: false, commandLine: false },
      values: {
        'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
        'servicecomb.protocols.rest.trust': 'peers',
        'servicecomb.registry.type': 'static',
        'servicecomb.lifecycle.drainDelay': 0,
        ...(catalogPort !== undefined && {
          'servicecomb.registry.static.catalog': [`rest://127.0.0.1:${catalogPort}`],
        }),
        ...values,
      },
    },
  });
  running.push(app);
  await app.start();
  return app;
}

function portOf(app: Application): number {
  return app.endpoints[0]!.port;
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
    expect(span('orders.place', 'server').logs.map(({ fields }) => fields)).toEqual([{ event: 'asking the catalog' }]);
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

describe('tries', () => {
  it('have a span each, side by side, and their number from the second on', async () => {
    const { get, span, spans } = await shop();
    await get('/orders/broken');
    const tries = spans.filter(({ kind }) => kind === 'client');
    expect(tries.map(({ parentId }) => parentId)).toEqual(Array(2).fill(span('orders.place', 'server').spanId));
    expect(tries.map(({ tags }) => tags.get('attempt'))).toEqual([undefined, 2]);
    const callees = spans.filter(({ service }) => service === 'catalog');
    expect(callees.map(({ parentId }) => parentId)).toEqual(tries.map(({ spanId }) => spanId));
  });
});

describe('a deadline', () => {
  it('ends the span of work that never ends', async () => {
    const { get, span } = await shop({ values: { 'servicecomb.transport.timeout.rest': '20ms' } });
    expect((await get('/orders/1/hanging')).status).toBe(504);
    const { tags } = span('orders.hang', 'server');
    expect([tags.get('error.kind'), tags.get('error'), tags.get('http.status_code')]).toEqual([
      ...['DEADLINE_EXCEEDED', true, 504],
    ]);
  });
});

describe('the headers of a call', () => {
  async function sent(values: Record<string, unknown>): Promise<readonly string[]> {
    const { get, catalog } = await shop({ values });
    await get('/orders/1');
    const names = Object.keys(catalog.get(HeaderKeeper).seen!.record);
    return names.filter((name) => /^(x-)?b3|^trace/.test(name)).sort();
  }

  const ALL = ['traceparent', 'x-b3-parentspanid', 'x-b3-sampled', 'x-b3-spanid', 'x-b3-traceid'];

  it('are those of the formats chosen', async () => {
    expect(await sent({})).toEqual(ALL);
    expect(await sent({ 'tracing.propagation': ['w3c'] })).toEqual(['traceparent']);
    expect(await sent({ 'tracing.propagation': 'b3-single' })).toEqual(['b3']);
  });

  it('go along when nothing is recorded, with that decision', async () => {
    const { get, catalog } = await shop({ values: { 'tracing.sampling.rate': 0 } });
    await get('/orders/1');
    const { seen } = catalog.get(HeaderKeeper);
    expect(seen?.get('x-b3-sampled')).toBe('0');
    expect(seen?.get('traceparent')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(seen?.get('traceparent')).toContain(seen?.get('x-b3-traceid'));
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

  it.each([
    { 'tracing.enable': false },
    { 'tracing.enabled': false },
    { 'servicecomb.tracing.enabled': false },
    { 'servicecomb.tracing.samplingRate': 0 },
  ])('is everything when tracing is off, in whichever spelling: %j', async (values) => {
    const { get, spans } = await shop({ values });
    await get('/orders/1');
    expect(spans).toEqual([]);
  });

  it('is everything when the configuration names a backend that is not listed', async () => {
    const { get, spans } = await shop({ values: { 'tracing.tracer': 'zipkin' } });
    expect((await get('/orders/1')).status).toBe(200);
    expect(spans).toEqual([]);
  });
});
