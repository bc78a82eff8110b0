import {
  createApplication,
  silentMeter,
  Implements,
  Injectable,
  Logger,
  Meter,
  Module,
  NotFound,
  remote,
  Remote,
  Returns,
  Schema,
  Unavailable,
  VirtualClock,
  type Application,
  type Client,
  type LogFields,
  type Recorder,
} from '@ts-chassis/core';
import { Get, Param, rest, RestClient } from '@ts-chassis/rest';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Gauge } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { Registry } from './index.js';
import { named, originOf, scrape, startMetered, type Started } from './page.fixture.js';

@Schema({ id: 'catalog', path: '/books' })
class Catalog {
  @Get('/:isbn')
  @Returns(String)
  find(@Param('isbn') _isbn: string): Promise<string> {
    return remote();
  }

  @Get('/odd/{word:[^"]+}')
  @Returns(String)
  odd(@Param('word') _word: string): Promise<string> {
    return remote();
  }

  @Get()
  @Returns(String, { stream: true })
  list(): AsyncIterable<string> {
    return remote();
  }
}

/** What the streams and the calls under way wait for. */
const gates = new Map<string, () => void>();
const gate = (name: string): Promise<void> => new Promise((resolve) => gates.set(name, resolve));

@Implements(Catalog)
class CatalogService extends Catalog {
  override async find(isbn: string): Promise<string> {
    if (isbn === '404') throw NotFound('no such book');
    if (isbn === '503') throw Unavailable('closed');
    if (isbn === '500') throw new Error('a fault inside');
    if (isbn === 'wait') await gate('find');
    return isbn;
  }

  override odd(word: string): Promise<string> {
    return Promise.resolve(word);
  }

  override async *list(): AsyncIterable<string> {
    yield 'one';
    await gate('list');
    yield 'two';
  }
}

@Schema({ id: 'orders', path: '/orders' })
@Injectable()
class Orders {
  constructor(
    @Remote(Catalog, { service: 'catalog' }) private readonly catalog: Client<Catalog>,
    private readonly client: RestClient,
  ) {}

  @Get('/of/:isbn')
  @Returns(String)
  of(@Param('isbn') isbn: string): Promise<string> {
    return this.catalog.find(isbn);
  }

  @Get('/fetched/:isbn')
  @Returns(Number)
  async fetched(@Param('isbn') isbn: string): Promise<number> {
    return (await this.client.fetch('http://catalog/books/{isbn}', { path: { isbn } })).status;
  }
}

@Module({ schemas: [CatalogService] })
class CatalogModule {}

@Module({ schemas: [Orders] })
class OrdersModule {}

@Module({ schemas: [CatalogService, Orders] })
class BothModule {}

const running: Application[] = [];

afterEach(async () => {
  for (const open of gates.values()) open();
  gates.clear();
  await Promise.all(running.splice(0).map((app) => app.stop()));
});

async function start(options: Omit<Partial<Started>, 'transport'> = {}): Promise<{ app: Application; origin: string }> {
  const app = await startMetered({ modules: [CatalogModule], transport: rest(), ...options });
  running.push(app);
  return { app, origin: originOf(app) };
}

/** Waits for what runs in the server to get somewhere. */
async function reached(name: string): Promise<void> {
  while (!gates.has(name)) await new Promise((resolve) => setImmediate(resolve));
}

const COUNT = 'http_server_request_duration_seconds_count';

describe('the handler monitoring, on the provider side', () => {
  it('counts requests by route, method and status, and says what failed', async () => {
    const { origin } = await start();
    for (const isbn of ['1', '2', '404', '503', '500']) await (await fetch(`${origin}/books/${isbn}`)).text();
    await fetch(`${origin}/books/1`, { method: 'HEAD' });
    await (await fetch(`${origin}/books/1`, { method: 'DELETE' })).text();
    const find = 'http_route="/books/{isbn}",url_scheme="http"';
    expect(named(await scrape(origin), COUNT)).toEqual({
      [`{http_request_method="GET",http_response_status_code="200",${find}}`]: 2,
      [`{http_request_method="GET",http_response_status_code="404",${find}}`]: 1,
      [`{error_type="UNAVAILABLE",http_request_method="GET",http_response_status_code="503",${find}}`]: 1,
      [`{error_type="INTERNAL",http_request_method="GET",http_response_status_code="500",${find}}`]: 1,
      [`{http_request_method="HEAD",http_response_status_code="200",${find}}`]: 1,
      '{http_request_method="DELETE",http_response_status_code="405",http_route="unmatched",url_scheme="http"}': 1,
    });
  });

  it('makes one series of all that matches no route, whatever its path and method', async () => {
    const { origin } = await start();
    for (let scan = 0; scan < 20; scan++) await (await fetch(`${origin}/scan/${scan}`)).text();
    for (const method of ['PROPFIND', 'MKCOL']) await (await fetch(`${origin}/scan`, { method })).text();
    expect(named(await scrape(origin), COUNT)).toEqual({
      '{http_request_method="GET",http_response_status_code="404",http_route="unmatched",url_scheme="http"}': 20,
      '{http_request_method="_OTHER",http_response_status_code="404",http_route="unmatched",url_scheme="http"}': 2,
    });
  });

  it('writes a route with quotes so that the page can be read', async () => {
    const { origin } = await start();
    await (await fetch(`${origin}/books/odd/x`)).text();
    expect(Object.keys(named(await scrape(origin), COUNT))).toEqual([
      String.raw`{http_request_method="GET",http_response_status_code="200",http_route="/books/odd/{word:[^\"]+}",url_scheme="http"}`,
    ]);
  });

  it('says how many requests are under way', async () => {
    const { origin } = await start();
    const waiting = fetch(`${origin}/books/wait`);
    await reached('find');
    const active = async () => named(await scrape(origin), 'http_server_active_requests');
    expect(await active()).toEqual({ '{http_request_method="GET",url_scheme="http"}': 1 });
    gates.get('find')!();
    await (await waiting).text();
    expect(await active()).toEqual({ '{http_request_method="GET",url_scheme="http"}': 0 });
  });

  it('measures a stream to its end', async () => {
    const clock = new VirtualClock();
    const { origin } = await start({ clock });
    const response = await fetch(`${origin}/books`);
    await reached('list');
    expect(named(await scrape(origin), COUNT)).toEqual({});
    await clock.advance(2000);
    gates.get('list')!();
    expect(await response.json()).toEqual(['one', 'two']);
    const page = await scrape(origin);
    expect(Object.values(named(page, COUNT))).toEqual([1]);
    expect(Object.values(named(page, 'http_server_request_duration_seconds_sum'))).toEqual([2]);
  });

  it('counts a request whose time is over when its client is told, though the method goes on', async () => {
    const clock = new VirtualClock();
    const { origin } = await start({ clock, values: { 'servicecomb.transport.timeout.rest': '3s' } });
    const waiting = fetch(`${origin}/books/wait`);
    await reached('find');
    await clock.advance(3000);
    expect((await waiting).status).toBe(504);
    const expected = {
      '{error_type="DEADLINE_EXCEEDED",http_request_method="GET",http_response_status_code="504",http_route="/books/{isbn}",url_scheme="http"}': 1,
    };
    expect(named(await scrape(origin), COUNT)).toEqual(expected);
    gates.get('find')!();
    expect(named(await scrape(origin), COUNT)).toEqual(expected);
  });

  it('counts a request whose client went away as such', async () => {
    const { origin } = await start();
    const { port, hostname } = new URL(origin);
    const socket = connect(Number(port), hostname);
    socket.write('GET /books/wait HTTP/1.1\r\nHost: x\r\n\r\n');
    await reached('find');
    socket.destroy();
    await once(socket, 'close');
    let counted: Readonly<Record<string, number>> = {};
    while (Object.keys(counted).length === 0) counted = named(await scrape(origin), COUNT);
    expect(counted).toEqual({
      '{http_request_method="GET",http_response_status_code="499",http_route="/books/{isbn}",url_scheme="http"}': 1,
    });
  });
});

describe('the handler monitoring, when chains change', () => {
  it('goes on with the same series, and can be left out', async () => {
    const { app, origin } = await start();
    const counted = async () => Object.values(named(await scrape(origin), COUNT));
    const chain = 'servicecomb.handler.chain.Provider.default';
    for (const names of ['monitoring', '-monitoring']) {
      await (await fetch(`${origin}/books/1`)).text();
      app.config.set(chain, names);
    }
    expect(await counted()).toEqual([2]);
    await (await fetch(`${origin}/books/1`)).text();
    expect(await counted()).toEqual([2]);
  });
});

describe('the handler monitoring, on the consumer side', () => {
  it('counts each call by service and template, over HTTP', async () => {
    const catalog = await start();
    const { origin } = await start({
      name: 'orders',
      modules: [OrdersModule],
      values: { 'servicecomb.registry.static.catalog': [catalog.origin.replace('http', 'rest')] },
    });
    for (const isbn of ['1', '503']) await (await fetch(`${origin}/orders/of/${isbn}`)).text();
    await (await fetch(`${origin}/orders/fetched/404`)).text();
    await running[0]!.stop();
    await (await fetch(`${origin}/orders/of/1`)).text();
    const to = 'server_address="catalog",url_template="/books/{isbn}"';
    expect(named(await scrape(origin), 'http_client_request_duration_seconds_count')).toEqual({
      [`{http_request_method="GET",http_response_status_code="200",${to}}`]: 1,
      [`{error_type="UNAVAILABLE",http_request_method="GET",http_response_status_code="503",${to}}`]: 1,
      [`{error_type="NOT_FOUND",http_request_method="GET",http_response_status_code="404",${to}}`]: 1,
      [`{error_type="UNAVAILABLE",http_request_method="GET",${to}}`]: 1,
    });
  });

  it('counts both sides of a call that stays in the process', async () => {
    const { origin } = await start({ modules: [BothModule] });
    for (const isbn of ['1', '404', '503']) await (await fetch(`${origin}/orders/of/${isbn}`)).text();
    const page = await scrape(origin);
    const call = 'rpc_method="catalog/find"';
    const over = 'rpc_system_name="in-process"';
    expect(named(page, 'rpc_server_call_duration_seconds_count')).toEqual({
      [`{${call},rpc_response_status_code="OK",${over}}`]: 1,
      [`{${call},rpc_response_status_code="NOT_FOUND",${over}}`]: 1,
      [`{error_type="UNAVAILABLE",${call},rpc_response_status_code="UNAVAILABLE",${over}}`]: 1,
    });
    expect(named(page, 'rpc_client_call_duration_seconds_count')).toEqual({
      [`{${call},rpc_response_status_code="OK",${over},server_address="catalog"}`]: 1,
      [`{error_type="NOT_FOUND",${call},rpc_response_status_code="NOT_FOUND",${over},server_address="catalog"}`]: 1,
      [`{error_type="UNAVAILABLE",${call},rpc_response_status_code="UNAVAILABLE",${over},server_address="catalog"}`]: 1,
    });
  });
});

describe('the names of go-chassis', () => {
  it('are written on request, with the labels of the service and the operation', async () => {
    const { origin } = await start({
      values: {
        'servicecomb.metrics.names': 'go-chassis',
        'servicecomb.service.app': 'shop',
        'servicecomb.service.version': '1.2.0',
        'servicecomb.service.hostname': 'host-1',
      },
    });
    for (const isbn of ['1', '404', '503']) await (await fetch(`${origin}/books/${isbn}`)).text();
    await (await fetch(`${origin}/scan`)).text();
    const page = await scrape(origin);
    const find = 'API="/books/{isbn}",app="shop"';
    const who = 'instance="host-1",method="GET",service="catalog",version="1.2.0"';
    expect(named(page, 'scb_request_count')).toEqual({
      [`{${find},${who}}`]: 3,
      '{API="default",app="shop",instance="host-1",service="catalog",version="1.2.0"}': 1,
    });
    expect(named(page, 'scb_error_response_count')).toEqual({ [`{${find},code="503",${who}}`]: 1 });
    expect(named(page, 'scb_request_process_duration_count')).toMatchObject({ [`{${find},${who}}`]: 3 });
    expect(
      page.get(
        `scb_request_process_duration{${find},instance="host-1",method="GET",quantile="0.99",service="catalog",version="1.2.0"}`,
      ),
    ).toBeGreaterThan(0);
    expect([...page.keys()].some((key) => key.startsWith('http_'))).toBe(false);
  });

  it('stand beside those of OpenTelemetry when both are asked for', async () => {
    const { origin } = await start({ values: { 'servicecomb.metrics.names': 'both' } });
    await (await fetch(`${origin}/books/1`)).text();
    const page = await scrape(origin);
    expect(Object.values(named(page, 'scb_request_count'))).toEqual([1]);
    expect(Object.values(named(page, COUNT))).toEqual([1]);
  });
});

describe('the page', () => {
  it('is text that Prometheus accepts, by any Accept of its own, and no part of the documents', async () => {
    const { origin } = await start();
    const accept =
      'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
    const response = await fetch(`${origin}/metrics`, { headers: { accept } });
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    for (const document of ['/openapi.json', '/apidocs.json'])
      expect(await (await fetch(origin + document)).text()).not.toContain('/metrics');
  });

  it('is served where the configuration says', async () => {
    const { app, origin } = await start({
      values: {
        'servicecomb.protocols.rest-admin.listenAddress': '127.0.0.1:0',
        'servicecomb.metrics.apiPath': '/internal/numbers',
        'servicecomb.metrics.listeners': ['rest-admin'],
      },
    });
    const admin = originOf(app, 'rest-admin');
    expect((await fetch(`${origin}/internal/numbers`)).status).toBe(404);
    expect((await fetch(`${admin}/metrics`)).status).toBe(404);
    expect(Object.values(named(await scrape(admin, '/internal/numbers'), COUNT))).toEqual([2]);
  });

  it('is served by every REST listener by default, and by none when it is turned off', async () => {
    const two = { 'servicecomb.protocols.rest-admin.listenAddress': '127.0.0.1:0' };
    const { app } = await start({ values: two });
    for (const listener of ['rest', 'rest-admin']) await scrape(originOf(app, listener));
    const off = await start({ values: { ...two, 'servicecomb.metrics.enable': false } });
    for (const listener of ['rest', 'rest-admin'])
      expect((await fetch(`${originOf(off.app, listener)}/metrics`)).status).toBe(404);
  });

  it('refuses a path that is none, and two routes of one path', async () => {
    await expect(start({ values: { 'servicecomb.metrics.apiPath': 'a b' } })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
    await expect(start({ values: { 'servicecomb.metrics.apiPath': 'books' } })).rejects.toThrow('is routed twice');
  });

  it('keeps to the rules that promtool checks, the metrics of the process among them', async () => {
    const { origin } = await start({ values: { 'servicecomb.metrics.enableGoRuntimeMetrics': true } });
    await (await fetch(`${origin}/books/1`)).text();
    const page = await (await fetch(`${origin}/metrics`)).text();
    const types = new Map([...page.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name!, type!]));
    const helps = [...page.matchAll(/^# HELP (\S+) \S/gm)].map(([, name]) => name);
    expect([...types.keys()].filter((name) => (types.get(name) === 'counter') !== name.endsWith('_total'))).toEqual([]);
    expect(helps).toEqual([...types.keys()]);
    expect([...types.keys()]).toEqual(
      expect.arrayContaining([
        'process_cpu_seconds_total',
        'nodejs_gc_duration_seconds',
        'http_server_request_duration_seconds',
      ]),
    );
  });
});

/** Lines of the log. */
class Lines extends Logger {
  readonly warnings: { readonly message: string; readonly fields: LogFields | undefined }[] = [];
  debug(): void {}
  info(): void {}
  error(): void {}
  warn(message: string, fields?: LogFields): void {
    this.warnings.push({ message, fields });
  }
  child(): Logger {
    return this;
  }
}

@Injectable()
class Shelf {
  readonly #taken: Recorder;

  constructor(meter: Meter, registry: Registry) {
    this.#taken = meter.counter({ name: 'books_taken_total', help: 'Books taken.' }).bind();
    new Gauge({
      name: 'shelf_length_metres',
      help: 'Length.',
      registers: [registry],
      collect() {
        this.set(3);
      },
    });
  }

  take(): void {
    this.#taken.record(1);
  }
}

describe('instruments of programs', () => {
  it('are made with the Meter, or with prom-client in the Registry of the application', async () => {
    const { app, origin } = await start({ providers: [Shelf] });
    app.get(Shelf).take();
    const page = await scrape(origin);
    expect(page.get('books_taken_total{}')).toBe(1);
    expect(page.get('shelf_length_metres{}')).toBe(3);
  });

  it('record nothing where the plug-in is not listed', async () => {
    const app = createApplication({
      configuration: { directory: false, environment: false, commandLine: false },
      providers: [Shelf],
      overrides: [{ provide: Registry, useValue: new Registry() }],
    });
    await app.prepare();
    running.push(app);
    app.get(Shelf).take();
    expect(app.get(Meter)).toBe(silentMeter);
  });

  it('are bounded in their series, with a warning', async () => {
    const logger = new Lines();
    const { app, origin } = await start({ logger, values: { 'servicecomb.metrics.maxSeries': 2 } });
    const seen = app.get(Meter).counter({ name: 'seen_total', help: 'Seen.', labels: ['who'] });
    for (let who = 0; who < 1000; who++) seen.bind({ who: String(who) }).record(1);
    expect(named(await scrape(origin), 'seen_total')).toEqual({
      '{who="0"}': 1,
      '{who="1"}': 1,
      '{otel_metric_overflow="true"}': 998,
    });
    expect(logger.warnings).toEqual([
      {
        message: 'a metric has too many series: further ones are counted together',
        fields: { metric: 'seen_total', maxSeries: 2 },
      },
    ]);
  });

  it('are shared with no other application of the process', async () => {
    const one = await start();
    const other = await start();
    await (await fetch(`${one.origin}/books/1`)).text();
    expect(named(await scrape(other.origin), COUNT)).toEqual({});
    expect(one.app.get(Registry)).not.toBe(other.app.get(Registry));
  });
});
