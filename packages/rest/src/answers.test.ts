import {
  createApplication,
  Field,
  Injectable,
  Module,
  Remote,
  Returns,
  Schema,
  type Application,
  type Client,
  type Invocation,
  type Reply,
  replyWith,
} from '@ts-chassis/core';
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { Context, Headers } from './decorators/parameters.js';
import { ETag } from './decorators/etag.js';
import { Header, Produces, Redirect, Sse } from './decorators/reply.js';
import { Get } from './decorators/routes.js';
import { rest } from './plugin.js';
import { cookie, withCookies } from './replies/cookie.js';
import { redirectTo } from './replies/redirect-to.js';
import { sse, type ServerSentEvent } from './replies/server-sent-event.js';
import type { RestOptions } from './rest-options.js';
import { producedType } from './server/produced-type.js';
import { RawConnection } from './server/serving.fixture.js';

class Price {
  @Field() cents!: number;
}

@Schema({ id: 'prices', path: '/prices' })
class Prices {
  @Sse('/feed')
  @Returns(Price, { stream: true })
  async *feed(
    @Headers('last-event-id', { optional: true }) last?: string,
  ): AsyncIterable<Price | ServerSentEvent<Price>> {
    yield { cents: 1, hidden: true } as Price;
    yield sse({ data: { cents: Number(last) }, event: 'resumed', id: last ?? '' });
    yield sse({ retryMs: 1000 });
  }

  begin: (() => void) | undefined;
  asked: (() => void) | undefined;

  @Sse('/late')
  @Returns(Price, { stream: true })
  async *late(): AsyncIterable<Price> {
    this.asked?.();
    await new Promise<void>((resolve) => (this.begin = resolve));
    yield { cents: 1 };
    await new Promise(() => undefined);
  }

  @Sse('/endless')
  @Returns(Price, { stream: true })
  async *endless(): AsyncIterable<Price> {
    yield { cents: 1 };
    await new Promise(() => undefined);
  }

  @Get('/slow')
  @Returns(Price, { stream: true })
  async *slow(): AsyncIterable<Price> {
    yield { cents: 1 };
    await new Promise(() => undefined);
  }
}

@Schema({ id: 'reports', path: '/reports' })
@Produces('text/csv', 'text/html')
@ETag()
class Reports {
  @Get('/day')
  @Returns(String)
  day(@Context() invocation?: Invocation): string {
    return producedType(invocation!) === 'text/html' ? '<p>day</p>' : 'day';
  }

  @Get('/plain')
  @Produces('application/json')
  @ETag(false)
  @Returns(Price)
  plain(): Price {
    return { cents: 1 };
  }

  @Get('/old')
  @Redirect('/reports/day', 301)
  @Returns()
  old(): void {}

  @Get('/moved')
  @Redirect('/reports/day')
  moved(): Reply {
    return redirectTo('/reports/plain', 307);
  }

  @Get('/cookies')
  @Header('Vary', 'X-Fixed')
  @Produces('application/json')
  cookies(): Reply {
    return withCookies(replyWith({ cents: 1 }, { headers: { 'x-a': 'reply' } }), cookie('mine', '1'));
  }
}

@Injectable()
class Board {
  constructor(@Remote(Prices, { service: 'prices' }) readonly prices: Client<Prices>) {}
}

@Module({ schemas: [Prices, Reports], providers: [Board] })
class PricesModule {}

@Module({ providers: [Board] })
class BoardModule {}

const folder = mkdtempSync(join(tmpdir(), 'rest-answers-'));
const running: Application[] = [];

afterEach(() => Promise.all(running.splice(0).map((app) => app.stop())));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function application(name: string, module: new () => object, options?: RestOptions, values: object = {}): Application {
  const app = createApplication({
    name,
    modules: [module],
    plugins: [rest(options)],
    signals: false,
    configuration: {
      directory: false,
      environment: false,
      commandLine: false,
      values: {
        'servicecomb.registry.address': `file://${folder}`,
        'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
        'servicecomb.log.level': 'error',
        ...values,
      },
    },
  });
  running.push(app);
  return app;
}

async function start(options?: RestOptions, values?: object): Promise<{ origin: string; app: Application }> {
  const app = application('prices', PricesModule, options, values);
  await app.start();
  return { origin: `http://127.0.0.1:${app.endpoints.find(({ listener }) => listener === 'rest')!.port}`, app };
}

describe('an annotated method', () => {
  it('sends events, and hears which one came last', async () => {
    const { origin } = await start();
    const response = await fetch(`${origin}/prices/feed`, { headers: { 'last-event-id': '7' } });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(await response.text()).toBe(
      'data: {"cents":1}\n\nevent: resumed\nid: 7\ndata: {"cents":7}\n\nretry: 1000\n\n',
    );
    expect((await fetch(`${origin}/prices/feed`, { headers: { accept: 'application/json' } })).status).toBe(406);
  });

  it('gives callers the data of events, in the same process and in another', async () => {
    const { app } = await start();
    const other = application('board', BoardModule);
    await other.start();
    for (const caller of [app, other]) {
      const items: unknown[] = [];
      for await (const price of caller.get(Board).prices.feed('9')) items.push(price);
      expect(items).toEqual([{ cents: 1 }, { cents: 9 }]);
    }
  });

  it('whose events come too slowly tells of that as an event', async () => {
    const { origin } = await start({}, { 'servicecomb.transport.timeout.rest': '50ms' });
    const response = await fetch(`${origin}/prices/slow`, { headers: { accept: 'text/event-stream' } });
    expect(await response.text()).toMatch(/^data: \{"cents":1\}\n\nevent: error\ndata: \{.*"status":504.*\}\n\n$/);
  });

  it('whose events never end ends them when the service stops', async () => {
    const { origin, app } = await start();
    const reader = (await fetch(`${origin}/prices/endless`)).body!.getReader();
    await reader.read();
    const stopped = app.stop();
    expect(await reader.read()).toEqual({ done: true, value: undefined });
    await stopped;
  });

  it('whose events begin while the service stops ends them as well', async () => {
    const { origin, app } = await start();
    const prices = app.get(Prices);
    const asked = new Promise<void>((resolve) => (prices.asked = resolve));
    const answer = fetch(`${origin}/prices/late`);
    await asked;
    const stopped = app.stop();
    while ((await fetch(origin).catch(() => undefined)) !== undefined);
    prices.begin!();
    expect(await (await answer).text()).toBe('data: {"cents":1}\n\n');
    await stopped;
  });

  it('answers in the type that its class lists, and knows which', async () => {
    const { origin } = await start();
    const ask = async (accept: string): Promise<readonly unknown[]> => {
      const response = await fetch(`${origin}/reports/day`, { headers: { accept } });
      return [response.headers.get('content-type'), response.headers.get('vary'), await response.text()];
    };
    expect(await ask('*/*')).toEqual(['text/csv; charset=utf-8', 'Accept', 'day']);
    expect(await ask('text/html')).toEqual(['text/html; charset=utf-8', 'Accept', '<p>day</p>']);
    const tag = (await fetch(`${origin}/reports/day`)).headers.get('etag')!;
    expect((await fetch(`${origin}/reports/day`, { headers: { 'if-none-match': tag } })).status).toBe(304);
    const plain = await fetch(`${origin}/reports/plain`);
    expect([plain.headers.get('content-type'), plain.headers.get('etag'), await plain.json()]).toEqual([
      'application/json',
      null,
      { cents: 1 },
    ]);
  });

  it('sends elsewhere what it says, or what its reply says', async () => {
    const { origin } = await start();
    const ask = async (path: string): Promise<readonly unknown[]> => {
      const response = await fetch(origin + path, { redirect: 'manual' });
      return [response.status, response.headers.get('location')];
    };
    expect(await ask('/reports/old')).toEqual([301, '/reports/day']);
    expect(await ask('/reports/moved')).toEqual([307, '/reports/plain']);
  });

  it.each([[], [''], ['json'], ['text/plain\r\nx: y'], ['a/b', 'c']])('cannot produce %j', (...types: string[]) => {
    expect(() => Produces(...types)(class {})).toThrow(expect.objectContaining({ code: 'SCHEMA_INVALID' }));
  });
});

describe('the options of rest()', () => {
  it('compress and tag', async () => {
    const { origin } = await start({ compression: { minBytes: 1 }, etag: true });
    const response = await fetch(`${origin}/reports/day`, { headers: { 'accept-encoding': 'gzip' } });
    expect([response.headers.get('content-encoding'), response.headers.get('vary'), await response.text()]).toEqual([
      'gzip',
      'Accept, Accept-Encoding',
      'day',
    ]);
    expect(response.headers.get('etag')).toMatch(/-gzip"$/);
    expect((await fetch(`${origin}/reports/cookies`)).headers.get('etag')).not.toBeNull();
  });

  it('leave what a middleware set, its cookies and its Vary', async () => {
    const middleware = (_request: IncomingMessage, response: ServerResponse, next: () => void): void => {
      response.setHeader('Vary', 'Origin');
      response.setHeader('Set-Cookie', 'theirs=1');
      response.setHeader('X-A', 'middleware');
      response.setHeader('X-B', 'middleware');
      next();
    };
    const { origin } = await start({ use: [middleware] });
    const response = await fetch(`${origin}/reports/cookies`);
    expect(response.headers.get('vary')).toBe('Origin, X-Fixed');
    expect(response.headers.getSetCookie().map((each) => each.split(';')[0])).toEqual(['theirs=1', 'mine=1']);
    expect([response.headers.get('x-a'), response.headers.get('x-b')]).toEqual(['reply', 'middleware']);
    expect((await fetch(`${origin}/reports/day`)).headers.get('vary')).toBe('Origin, Accept');
  });
});

describe('a hostile Accept header', () => {
  it('is refused for its length, or read at once', async () => {
    const { origin } = await start();
    const long = Array.from({ length: 2000 }, (_, index) => `a/b${index}`).join(',');
    expect((await fetch(`${origin}/reports/day`, { headers: { accept: long } })).status).toBe(406);
    const connection = new RawConnection(Number(new URL(origin).port));
    await connection.write(`GET /reports/day HTTP/1.1\r\nHost: a\r\nAccept: ${'a/b,'.repeat(25_000)}\r\n\r\n`);
    expect(await connection.untilClosed()).toMatch(/^HTTP\/1\.1 431 /);
  });
});
