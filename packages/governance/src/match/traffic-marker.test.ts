import {
  Arg,
  createApplication,
  currentInvocation,
  Implements,
  Module,
  remote,
  Remote,
  Returns,
  Schema,
  silentLogger,
  type Client,
  type Plugin,
} from '@ts-chassis/core';
import { Get, Headers, Param, Post, Query, rest } from '@ts-chassis/rest';
import { TestApplication } from '@ts-chassis/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { governance } from '../plugin.js';
import { MatchOperatorPort } from './match-operator.js';

@Schema({ id: 'catalog', path: '/books' })
class Catalog {
  @Get('/:isbn')
  @Returns(String)
  find(@Param('isbn') isbn: string, @Query('q', { optional: true }) q?: string): Promise<string> {
    return remote();
  }

  @Post()
  @Returns(String)
  add(@Headers('x-user', { optional: true }) user?: string): Promise<string> {
    return remote();
  }
}

@Implements(Catalog)
class CatalogService extends Catalog {
  override async find(): Promise<string> {
    return currentInvocation()?.mark ?? 'none';
  }
  override async add(): Promise<string> {
    return currentInvocation()?.mark ?? 'none';
  }
}

@Module({ schemas: [CatalogService] })
class CatalogModule {}

@Schema({ id: 'desk' })
class Desk {
  @Returns(String)
  ask(@Arg('isbn') isbn: string): Promise<string> {
    return remote();
  }
}

@Implements(Desk)
class DeskService extends Desk {
  constructor(@Remote(Catalog, { service: 'catalog' }) private readonly catalog: Client<Catalog>) {
    super();
  }
  override async ask(isbn: string): Promise<string> {
    await this.catalog.find(isbn);
    return currentInvocation()?.mark ?? 'none';
  }
}

@Module({ schemas: [DeskService] })
class DeskModule {}

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

type Values = Readonly<Record<string, unknown>>;

/** The catalog over HTTP. */
async function overRest(values: Values, trust = 'peers') {
  const application = createApplication({
    ...{ name: 'catalog', modules: [CatalogModule], plugins: [rest(), governance()], logger: silentLogger },
    ...{ signals: false, ambient: true },
    configuration: {
      ...{ directory: false, environment: false, commandLine: false },
      values: {
        'servicecomb.registry.disabled': true,
        'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
        'servicecomb.protocols.rest.trust': trust,
        'servicecomb.lifecycle.drainDelay': 0,
        ...values,
      },
    },
  });
  await application.start();
  stops.push(() => application.stop());
  const { port } = application.endpoints[0]!;
  const call = async (path: string, init: RequestInit = {}): Promise<unknown> =>
    (await fetch(`http://127.0.0.1:${port}${path}`, init)).json();
  return { application, call };
}

/** The catalog on the wire of tests. */
async function inMemory(values: Values, plugins: readonly Plugin[] = []) {
  const t = await TestApplication.create({
    ...{ name: 'catalog', modules: [CatalogModule], plugins: [governance(), ...plugins], ambient: true },
    configuration: { values },
  });
  stops.push(() => t.stop());
  return t;
}

const rule = (...matches: readonly Values[]): Values => ({ matches });

describe('marking of requests, over HTTP', () => {
  it('goes by path, method, headers in any case and single parameters', async () => {
    const { call } = await overRest({
      'servicecomb.match.byPath': rule({ apiPath: { exact: '/books/1' } }),
      'servicecomb.match.byQuery': rule({ queries: { q: { exact: 'a b' } } }),
      'servicecomb.match.byText': rule({ queries: { contains: 'z=9' } }),
      'servicecomb.matchGroup.byMethod': rule({ method: ['post'] }),
      'servicecomb.match.byHeader': {
        order: 9,
        ...rule({ headers: { 'X-OS': { exact: 'ios' }, version: { noLess: '3', less: '5' } } }),
      },
    });
    expect(await call('/books/1')).toBe('byPath');
    expect(await call('/books/2')).toBe('none');
    expect(await call('/books/2?q=a%20b')).toBe('byQuery');
    expect(await call('/books/2?z=9')).toBe('byText');
    expect(await call('/books', { method: 'POST' })).toBe('byMethod');
    expect(await call('/books/1', { headers: { 'x-Os': 'ios', VERSION: '4' } })).toBe('byHeader');
    expect(await call('/books/1', { headers: { 'x-os': 'ios', version: '5' } })).toBe('byPath');
  });

  it('believes marks and callers on trusted listeners only', async () => {
    const values = { 'servicecomb.match.fromOrders': rule({ caller: 'orders' }) };
    const headers = { 'x-cse-src-microservice': 'orders' };
    const trusted = await overRest(values);
    expect(await trusted.call('/books/1', { headers: { 'X-Mark': 'gold' } })).toBe('gold');
    expect(await trusted.call('/books/1', { headers })).toBe('fromOrders');
    const open = await overRest(values, 'none');
    expect(await open.call('/books/1', { headers: { 'X-Mark': 'gold' } })).toBe('none');
    expect(await open.call('/books/1', { headers })).toBe('none');
  });

  it('heeds the mark of the caller, but for rules that mark per service', async () => {
    const { call } = await overRest({
      'servicecomb.match.own': rule({ apiPath: { exact: '/books/1' } }),
      'servicecomb.match.once': rule({ apiPath: { exact: '/books/2' }, trafficMarkPolicy: 'once' }),
    });
    const headers = { 'x-mark': 'gold' };
    expect(await call('/books/1', { headers })).toBe('own');
    expect(await call('/books/2', { headers })).toBe('gold');
    expect(await call('/books/2')).toBe('once');
  });

  it('follows changed rules, and keeps those in force when new ones cannot be right', async () => {
    const { application, call } = await overRest({});
    expect(await call('/books/1')).toBe('none');
    application.config.set('servicecomb.match.gold', 'matches:\n- apiPath: {regex: "^/books/[0-9]+$"}');
    expect(await call('/books/1')).toBe('gold');
    const refused = (text: string) => () => application.config.set('servicecomb.match.gold', text);
    expect(refused('matches:\n- apiPath: {rgex: x}')).toThrow('no operator is called "rgex" (did you mean regex?)');
    expect(refused('matches:\n- apiPath: {regex: "(a)\\\\1"}')).toThrow('regex cannot compare with "(a)\\1"');
    expect(refused('matches:\n- apipath: {exact: x}')).toThrow('did you mean apiPath?');
    expect(await call('/books/1')).toBe('gold');
    application.config.delete('servicecomb.match.gold');
    expect(await call('/books/1')).toBe('none');
  });
});

describe('marking of requests, over other protocols', () => {
  it('knows schema and operation for a path, and metadata for headers', async () => {
    const t = await inMemory({
      'servicecomb.match.byPath': rule({ apiPath: { exact: '/catalog/find' } }),
      'servicecomb.match.aHeader': rule({ headers: { OS: 'ios' } }),
    });
    expect(await t.client(Catalog).find('1')).toBe('byPath');
    expect(await t.client(Catalog, { headers: { os: 'ios' } }).find('1')).toBe('aHeader');
    expect(await t.client(Catalog).add()).toBe('none');
  });

  it('is for the services and instances that a rule names', async () => {
    const t = await inMemory({
      'servicecomb.service.instanceProperties.colour': 'blue',
      'servicecomb.match.a': { ...rule({ method: 'GET' }), services: 'orders, catalog:9.9' },
      'servicecomb.match.b': rule({ instance: { colour: 'green' } }),
      'servicecomb.match.c': { ...rule({ instance: { colour: 'blue' } }), services: 'orders,catalog' },
    });
    expect(await t.client(Catalog).find('1')).toBe('c');
  });

  it('knows operators that others bring', async () => {
    const plugin: Plugin = {
      name: 'even',
      install: (host) =>
        host.extend(MatchOperatorPort, 'even', () => ({
          compile: (expected) => (value) => (Number(value) % 2 === 0) === (expected === 'true'),
        })),
    };
    const t = await inMemory({ 'servicecomb.match.even': rule({ headers: { number: { even: true } } }) }, [plugin]);
    expect(await t.client(Catalog, { headers: { number: '4' } }).find('1')).toBe('even');
    expect(await t.client(Catalog, { headers: { number: '5' } }).find('1')).toBe('none');
  });

  it('refuses the start for an operator nobody knows, and for an exploding pattern that no automaton can run', async () => {
    const start = (apiPath: Values) => inMemory({ 'servicecomb.match.a': rule({ apiPath }) });
    await expect(start({ equals: 'x' })).rejects.toThrow('servicecomb.match.a: no operator is called "equals"');
    await expect(start({ regex: '(a*)*\\1' })).rejects.toThrow('regex cannot compare with');
  });
});

describe('marks on the way', () => {
  /** What the desk has for a mark, and what goes out to the catalog. */
  async function desk(values: Values, trust = 'peers') {
    const sent: (string | undefined)[] = [];
    const spy: Plugin = {
      name: 'spy',
      install: (host) =>
        host.handler({
          ...{ name: 'spy', side: 'consumer', everywhere: true },
          make: () => ({
            handle: (invocation, next) => {
              if (invocation.operation.id === 'catalog.find') sent.push(invocation.headers.get('x-mark') ?? 'nothing');
              return next(invocation);
            },
          }),
        }),
    };
    const t = await TestApplication.create({
      ...{ name: 'desk', modules: [DeskModule], plugins: [governance(), spy] },
      configuration: { values: { 'servicecomb.protocols.memory.trust': trust, ...values } },
    }).fakeRemote(Catalog, { service: 'catalog' }, { find: async () => 'book' });
    stops.push(() => t.stop());
    return async (headers: Readonly<Record<string, string>> = {}): Promise<string> => {
      const mark = await t.client(Desk, { headers }).ask('1');
      return `${mark} ${sent.pop()}`;
    };
  }

  it('are told to callees by `once` only', async () => {
    const headers = { headers: { vip: 'yes' } };
    const once = await desk({ 'servicecomb.match.gold': rule({ ...headers, trafficMarkPolicy: 'once' }) });
    expect(await once({ vip: 'yes' })).toBe('gold gold');
    expect(await once()).toBe('none nothing');
    const own = await desk({ 'servicecomb.match.gold': rule(headers) });
    expect(await own({ vip: 'yes' })).toBe('gold nothing');
  });

  it('travel on from caller to callee', async () => {
    const ask = await desk({});
    expect(await ask({ 'x-mark': 'gold' })).toBe('gold gold');
  });

  it('of a stranger go nowhere, not even when the header is forwarded', async () => {
    const ask = await desk({ 'servicecomb.consumer.forwardHeaders': ['x-mark'] }, 'none');
    expect(await ask({ 'x-mark': 'gold' })).toBe('none nothing');
  });

  it('are given to calls by rules of the consumer', async () => {
    const ask = await desk({
      'servicecomb.match.out': rule({ apiPath: '/catalog/find', trafficMarkPolicy: 'once' }),
    });
    expect(await ask()).toBe('none out');
  });
});
