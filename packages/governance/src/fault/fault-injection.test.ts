import {
  ChassisError,
  createApplication,
  Implements,
  Injectable,
  Module,
  remote,
  Remote,
  Returns,
  Schema,
  silentLogger,
  type Application,
  type ApplicationOptions,
  type Client,
  type Invocation,
  type Next,
  type Plugin,
} from '@ts-chassis/core';
import { Get, Param, rest, RestClient } from '@ts-chassis/rest';
import { TestApplication } from '@ts-chassis/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { FaultInjection } from './decorator.js';
import { FaultInjectorPort, type FaultInjector } from './fault-injector.js';
import { installFault } from './install.js';

const ROOT = 'servicecomb.governance.faultInjection';

/** Only this room, and a stand-in for the marker that believes every header. */
function faults(injector?: FaultInjector): Plugin {
  const mark = (invocation: Invocation, next: Next): ReturnType<Next> => {
    invocation.mark = invocation.headers.get('x-mark');
    return next(invocation);
  };
  return {
    name: 'faults',
    install(host) {
      installFault(host);
      for (const side of ['provider', 'consumer'] as const)
        host.handler({ name: 'traffic-marker', side, make: () => ({ handle: mark }) });
      if (injector) host.extend(FaultInjectorPort, 'memory', () => injector);
    },
  };
}

@Schema({ id: 'catalog' })
class Catalog {
  @Get('/books/:isbn')
  @Returns(String)
  find(@Param('isbn') isbn: string): Promise<string> {
    return remote();
  }

  @Get('/count')
  @Returns(Number)
  count(): Promise<number> {
    return remote();
  }
}

@Implements(Catalog)
class CatalogService extends Catalog {
  static served = 0;

  override find(isbn: string): Promise<string> {
    CatalogService.served += 1;
    return Promise.resolve(`book ${isbn}`);
  }

  override count(): Promise<number> {
    CatalogService.served += 1;
    return Promise.resolve(3);
  }
}

@Injectable()
class Orders {
  constructor(@Remote(Catalog, { service: 'catalog' }) readonly catalog: Client<Catalog>) {}
}

@Module({ schemas: [CatalogService] })
class Provider {}

@Module({ providers: [Orders] })
class Caller {}

const running: { stop(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const app of running.splice(0)) await app.stop();
});

async function calling(values: Record<string, unknown>, injector?: FaultInjector): Promise<Trial> {
  const seen: string[] = [];
  const t = await TestApplication.create({
    modules: [Caller],
    plugins: [faults(injector)],
    configuration: { values },
  })
    .fakeRemote(
      Catalog,
      {},
      {
        find: (isbn: string) => {
          seen.push(isbn);
          return Promise.resolve(`book ${isbn}`);
        },
        count: () => Promise.resolve(3),
      },
    )
    .virtualClock();
  running.push(t);
  return { t, seen, catalog: t.get(Orders).catalog };
}

interface Trial {
  readonly t: TestApplication;
  readonly seen: readonly string[];
  readonly catalog: Client<Catalog>;
}

async function failure(call: Promise<unknown>): Promise<ChassisError> {
  return call.then(
    (value) => expect.unreachable(`gave ${String(value)}`) as never,
    (error: unknown) => error as ChassisError,
  );
}

describe('faults injected into calls to others', () => {
  it('end a call as if the callee had answered with that status', async () => {
    const { catalog, seen } = await calling({ [`${ROOT}.abort`]: { percent: 100, httpStatus: 502 } });
    const error = await failure(catalog.find('1'));
    expect(error).toMatchObject({ kind: 'UNAVAILABLE', code: 'FAULT_INJECTED', remote: true, reply: { status: 502 } });
    expect(seen).toEqual([]);
  });

  it('hold a call up, in the time of the application, before it is sent', async () => {
    const { t, catalog, seen } = await calling({ [`${ROOT}.delay`]: { percent: 100, fixedDelayMs: '300ms' } });
    const found = catalog.find('1');
    await t.clock.advance(299);
    expect(seen).toEqual([]);
    await t.clock.advance(1);
    expect(await found).toBe('book 1');
  });

  it('count against the deadline, and leave no timer behind', async () => {
    const { t, catalog, seen } = await calling({ [`${ROOT}.delay`]: { percent: 100, fixedDelayMs: 60_000 } });
    const before = t.clock.pending;
    const error = failure(catalog.find('1'));
    await t.clock.advance(30_000);
    expect(await error).toMatchObject({ kind: 'DEADLINE_EXCEEDED', code: 'CALL_DEADLINE' });
    expect(t.clock.pending).toBe(before);
    expect(seen).toEqual([]);
  });

  it('are those of the protocol that is spoken', async () => {
    const { catalog } = await calling({
      [`${ROOT}.protocols.rest.abort`]: { percent: 100, httpStatus: 500 },
      [`${ROOT}.protocols.memory.abort`]: { percent: 100, httpStatus: 404 },
    });
    expect(await failure(catalog.find('1'))).toMatchObject({ kind: 'NOT_FOUND' });
    const other = await calling({ [`${ROOT}.protocols.rest.abort`]: { percent: 100, httpStatus: 500 } });
    expect(await other.catalog.find('1')).toBe('book 1');
  });

  it('are configured by service, schema and operation, the narrowest first', async () => {
    const service = `${ROOT}.consumer.services.catalog`;
    const { catalog } = await calling({
      [`${service}.abort`]: { percent: 100, httpStatus: 503 },
      [`${service}.schemas.catalog.operations.find.abort.httpStatus`]: 404,
      [`${service}.schemas.catalog.operations.count.abort.percent`]: 0,
    });
    expect(await failure(catalog.find('1'))).toMatchObject({ kind: 'NOT_FOUND' });
    expect(await catalog.count()).toBe(3);
  });

  it.each(['cse', 'servicecomb'])('are configured by the keys of go-chassis, prefix %s', async (prefix) => {
    const at = (scope: string, rest: string): string =>
      `${prefix}.governance.Consumer.${scope}.policy.fault.protocols.memory.${rest}`;
    const { t, catalog, seen } = await calling({
      [at('_global', 'delay.percent')]: '100',
      [at('catalog', 'delay.fixedDelay')]: '20',
      [at('catalog.schemas.catalog', 'abort.httpStatus')]: 421,
      [at('catalog.schemas.catalog.operations.find', 'abort.percent')]: 100,
      [at('_global', 'delay.fixedDelay')]: '10ms',
    });
    const counted = catalog.count();
    const error = failure(catalog.find('1'));
    await t.clock.advance(19);
    expect(seen).toEqual([]);
    await t.clock.advance(1);
    expect(await counted).toBe(3);
    expect(await error).toMatchObject({ reply: { status: 421 } });
    expect(seen).toEqual([]);
  });

  it('change while it runs, and what cannot be right changes nothing', async () => {
    const { t, catalog } = await calling({});
    const { config } = t.application;
    expect(await catalog.find('1')).toBe('book 1');
    config.set(`${ROOT}.abort`, { percent: 100, httpStatus: 503 });
    expect(await failure(catalog.find('1'))).toMatchObject({ code: 'FAULT_INJECTED' });
    expect(() => config.set(`${ROOT}.abort.percent`, 101)).toThrow(/abort\.percent.*100/);
    expect(await failure(catalog.find('1'))).toMatchObject({ code: 'FAULT_INJECTED' });
    config.set(`${ROOT}.enabled`, false);
    expect(await catalog.find('1')).toBe('book 1');
  });

  it('are left to the injector of a plug-in for its protocol', async () => {
    const given: unknown[] = [];
    const injector: FaultInjector = {
      inject(fault, invocation, { side }) {
        given.push([fault, invocation.operation.id, side]);
        if (fault.abort.percent === 42) throw new ChassisError('DATA_LOSS', 'torn');
      },
    };
    const { t, catalog } = await calling({ [`${ROOT}.abort`]: { percent: 42, httpStatus: 503 } }, injector);
    expect(await failure(catalog.find('1'))).toMatchObject({ kind: 'DATA_LOSS', message: 'torn' });
    t.application.config.set(`${ROOT}.abort.percent`, 41);
    expect(await catalog.find('1')).toBe('book 1');
    expect(given[0]).toEqual([{ abort: { percent: 42, httpStatus: 503 }, delay: {} }, 'catalog.find', 'consumer']);
  });
});

describe('faults by mark', () => {
  const MARKED = 'servicecomb.faultInjection';
  const call = ({ t }: Trial, mark?: string): Promise<string> =>
    t.client(Catalog, { service: 'catalog', ...(mark !== undefined && { headers: { 'x-mark': mark } }) }).find('1');

  it('hit calls with the mark, and no others', async () => {
    const trial = await calling({ [`${MARKED}.trial`]: 'match: beta\nabort: {percent: 100, httpStatus: 503}' });
    expect(await failure(call(trial, 'beta'))).toMatchObject({ code: 'FAULT_INJECTED', kind: 'UNAVAILABLE' });
    expect(await call(trial, 'trial')).toBe('book 1');
    expect(await call(trial)).toBe('book 1');
  });

  it('stand in the place of what is said of the operation', async () => {
    const trial = await calling({
      [`${ROOT}.protocols.memory.abort`]: { percent: 100, httpStatus: 500 },
      [`${MARKED}.beta`]: { abort: { percent: 100, httpStatus: 404 } },
      [`${MARKED}.spared`]: { enabled: false },
    });
    expect(await failure(call(trial))).toMatchObject({ kind: 'INTERNAL' });
    expect(await failure(call(trial, 'beta'))).toMatchObject({ kind: 'NOT_FOUND' });
    expect(await call(trial, 'spared')).toBe('book 1');
  });

  it('are understood as Java writes them', async () => {
    const trial = await calling({
      [`${MARKED}.a`]: 'type: abort\npercentage: 100\nerrorCode: 503',
      [`${MARKED}.b`]: 'type: abort\npercentage: 100',
      [`${MARKED}.c`]: 'type: abort\npercentage: 100\nforceClosed: true',
      [`${MARKED}.d`]: 'type: delay\npercentage: 100\ndelayTime: PT0.2S',
      [`${MARKED}.e`]: 'type: abort\npercentage: 100\nfallbackType: ReturnNull',
    });
    expect(await failure(call(trial, 'a'))).toMatchObject({ reply: { status: 503 } });
    expect(await failure(call(trial, 'b'))).toMatchObject({ reply: { status: 500 } });
    expect(await call(trial, 'c')).toBe('book 1');
    expect(await call(trial, 'e')).toBeNull();
    const late = call(trial, 'd');
    await trial.t.clock.advance(199);
    expect(trial.seen).toHaveLength(1);
    await trial.t.clock.advance(1);
    expect(await late).toBe('book 1');
  });
});

describe('faults of decorators', () => {
  @Injectable()
  class Prices {
    @FaultInjection({ abort: { percent: 100, grpcCode: 8 } })
    async of(isbn: string): Promise<number> {
      return Promise.resolve(isbn.length);
    }
  }

  it('hit the methods of any injectable, and the configuration of the method wins', async () => {
    @Module({ providers: [Prices] })
    class Own {}
    const t = await TestApplication.create({ modules: [Own], plugins: [faults()] });
    running.push(t);
    const prices = t.get(Prices);
    expect(await failure(prices.of('1'))).toMatchObject({ kind: 'RESOURCE_EXHAUSTED', remote: false });
    t.application.config.set(`${ROOT}.services.local.schemas.Prices.operations.of.abort.percent`, 0);
    expect(await prices.of('123')).toBe(3);
  });

  it('refuse the start when they lack what a percentage needs', async () => {
    @Injectable()
    class Halves {
      @FaultInjection({ delay: { percent: 5 } })
      async of(): Promise<void> {}
    }
    @Module({ providers: [Halves] })
    class Own {}
    await expect(TestApplication.create({ modules: [Own], plugins: [faults()] })).rejects.toThrow(
      /Halves\.of: @FaultInjection lacks delay\.fixedDelayMs: a duration above 0/,
    );
  });
});

describe('what is wrong is refused where it is written', () => {
  const go = 'cse.governance.Consumer.catalog.policy.fault.protocols.rest';
  it.each([
    ['a percentage above 100', { [`${ROOT}.abort`]: { percent: 120, httpStatus: 503 } }, /abort\.percent.*100/],
    ['a negative percentage', { [`${ROOT}.delay`]: { percent: -1, fixedDelayMs: 5 } }, /delay\.percent/],
    [
      'a delay without a duration',
      { [`${ROOT}.delay.percent`]: 5 },
      /delay\.fixedDelayMs.*a duration above 0.*nothing/,
    ],
    ['a delay of no time', { [`${ROOT}.delay`]: { percent: 5, fixedDelayMs: 0 } }, /delay\.fixedDelayMs/],
    [
      'an end without a status',
      { [`${ROOT}.services.catalog.abort.percent`]: 5 },
      /services\.catalog\.abort\.httpStatus/,
    ],
    ['a status that is none', { [`${ROOT}.abort`]: { percent: 5, httpStatus: 42 } }, /abort\.httpStatus/],
    ['no number', { [`${ROOT}.abort`]: { percent: 'many', httpStatus: 500 } }, /abort\.percent.*a number.*many/],
    ['no duration', { [`${go}.delay`]: { percent: 5, fixedDelay: 'soon' } }, /fixedDelay.*a duration.*soon/],
    ['half of go-chassis', { [`${go}.abort.percent`]: 5 }, /services\.catalog\.protocols\.rest\.abort\.httpStatus/],
    [
      'half of a mark',
      { 'servicecomb.faultInjection.x': 'abort: {percent: 5}' },
      /faultInjection\.x\.abort\.httpStatus/,
    ],
    ['too much of a mark', { 'servicecomb.faultInjection.x': 'type: abort\npercentage: 500' }, /percent/],
    ['a mark that is no map', { 'servicecomb.faultInjection.x': '- 1' }, /faultInjection\.x.*a map/],
  ])('%s', async (_, values, message) => {
    await expect(TestApplication.create({ plugins: [faults()], configuration: { values } })).rejects.toThrow(message);
  });
});

describe('faults over REST', () => {
  async function serving(options: ApplicationOptions): Promise<{ app: Application; origin: string }> {
    const app = createApplication({
      ...{ name: 'catalog', logger: silentLogger, signals: false, plugins: [rest(), faults()], ...options },
      configuration: {
        ...{ directory: false, environment: false, commandLine: false },
        values: {
          'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
          'servicecomb.registry.disabled': true,
          'servicecomb.lifecycle.drainDelay': 0,
          ...options.configuration?.values,
        },
      },
    });
    await app.start();
    running.push(app);
    return { app, origin: `http://127.0.0.1:${app.endpoints[0]!.port}` };
  }

  const configured = (values: Record<string, unknown>): Partial<ApplicationOptions> => ({ configuration: { values } });

  it('end requests with the very status, before the method runs', async () => {
    const { origin, app } = await serving({
      modules: [Provider],
      ...configured({ [`${ROOT}.provider.abort`]: { percent: 100, httpStatus: 502 } }),
    });
    CatalogService.served = 0;
    expect((await fetch(`${origin}/books/1`)).status).toBe(502);
    app.config.set(`${ROOT}.provider.abort.httpStatus`, 503);
    const refused = await fetch(`${origin}/books/1`);
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ code: 'FAULT_INJECTED', kind: 'UNAVAILABLE' });
    expect(CatalogService.served).toBe(0);
    app.config.set(`${ROOT}.provider.enabled`, false);
    expect(await (await fetch(`${origin}/books/1`)).json()).toBe('book 1');
  });

  it('reach who fetches as an answer', async () => {
    const { origin } = await serving({ modules: [Provider] });
    @Injectable()
    class Shop {
      constructor(readonly client: RestClient) {}
    }
    @Module({ providers: [Shop] })
    class Own {}
    const { app } = await serving({
      modules: [Own],
      ...configured({ [`${ROOT}.consumer.protocols.rest.abort`]: { percent: 100, httpStatus: 418 } }),
    });
    const endpoint = origin.replace('http', 'rest');
    const { client } = app.get(Shop);
    const response = await client.fetch('http://catalog/books/1', { endpoint });
    expect([response.status, await response.text()]).toEqual([418, 'a fault was injected']);
    app.config.set(`${ROOT}.consumer.protocols.rest.abort.percent`, 0);
    expect(await (await client.fetch('http://catalog/books/1', { endpoint })).json()).toBe('book 1');
  });
});
