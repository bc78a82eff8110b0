import {
  Arg,
  ChassisError,
  Injectable,
  Module,
  NotFound,
  remote,
  Remote,
  Returns,
  Schema,
  Unavailable,
  type Client,
  type Plugin,
} from '@ts-chassis/core';
import { TestApplication } from '@ts-chassis/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { CircuitBreaker } from '../breaker/decorator.js';
import { governance } from '../plugin.js';
import { Fallback } from './decorator.js';
import { FallbackPort } from './fallback-port.js';

@Schema({ id: 'catalog' })
class Catalog {
  @Returns(String)
  find(@Arg('isbn') isbn: string): Promise<string> {
    return remote();
  }

  @Fallback((_self: undefined, error, isbn: string) => `no title of ${isbn}: ${error.kind}`)
  @Returns(String)
  title(@Arg('isbn') isbn: string): Promise<string> {
    return remote();
  }
}

@Injectable()
class Orders {
  readonly cache = new Map([['1', 'book 1 of yesterday']]);
  calls = 0;
  constructor(@Remote(Catalog, { service: 'catalog' }) readonly catalog: Client<Catalog>) {}

  @Fallback((self: Orders, _error, isbn: string) => self.fromCache(isbn))
  async book(isbn: string): Promise<string> {
    this.calls += 1;
    return this.catalog.find(isbn);
  }

  @Fallback(
    (_self: Orders, error) => {
      throw NotFound('no price either', { details: { because: error.kind } });
    },
    { on: ['UNAVAILABLE'] },
  )
  async price(isbn: string): Promise<number> {
    throw isbn === '0' ? Unavailable('down') : new RangeError('not for sale');
  }

  @Fallback('returnnull')
  @CircuitBreaker({ minimumCalls: 1 })
  async cover(): Promise<string> {
    throw Unavailable('down');
  }

  @Fallback(() => {
    throw new TypeError('broken too');
  })
  async author(): Promise<string> {
    throw Unavailable('down');
  }

  fromCache(isbn: string): string {
    const book = this.cache.get(isbn);
    if (book === undefined) throw NotFound(`no book ${isbn} in the cache`);
    return book;
  }
}

@Module({ providers: [Orders] })
class OrdersModule {}

let running: TestApplication[] = [];
afterEach(async () => {
  await Promise.all(running.map((t) => t.stop()));
  running = [];
});

async function start(
  values: Readonly<Record<string, unknown>> = {},
  plugins: readonly Plugin[] = [],
): Promise<{ t: TestApplication; orders: Orders; catalog: Client<Catalog>; received: string[] }> {
  const received: string[] = [];
  const down = async (isbn: string): Promise<string> => {
    received.push(isbn);
    throw Unavailable('down');
  };
  const t = await TestApplication.create({
    ...{ name: 'orders', modules: [OrdersModule], plugins: [governance(), ...plugins], configuration: { values } },
  })
    .fakeRemote(Catalog, { service: 'catalog' }, { find: down, title: down })
    .virtualClock();
  running.push(t);
  const orders = t.get(Orders);
  return { t, orders, catalog: orders.catalog, received };
}

const outcome = (call: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(call).catch((error: unknown) => error);

describe('a fallback that is a function', () => {
  it('answers with the object, the error and the arguments, whatever failed', async () => {
    const { orders } = await start();
    expect(await orders.book('1')).toBe('book 1 of yesterday');
  });

  it('on a contract answers its consumers, who have no object', async () => {
    const { catalog } = await start();
    expect(await catalog.title('7')).toBe('no title of 7: UNAVAILABLE');
  });

  it('that fails too throws its own error, caused by the one it should have stood in for', async () => {
    const { orders } = await start();
    const error = await outcome(orders.book('2'));
    expect(error).toMatchObject({ kind: 'NOT_FOUND', message: 'no book 2 in the cache' });
    expect((error as ChassisError).cause).toMatchObject({ kind: 'UNAVAILABLE', message: 'down' });
    const other = await outcome(orders.author());
    expect(other).toMatchObject({ kind: 'INTERNAL', code: 'FALLBACK_FAILED' });
    expect(((other as ChassisError).cause as AggregateError).errors).toEqual([
      expect.any(TypeError),
      expect.objectContaining({ kind: 'UNAVAILABLE' }),
    ]);
  });

  it('stands in for the kinds it is meant for, and leaves other errors as they are', async () => {
    const { orders } = await start();
    expect(await outcome(orders.price('0'))).toMatchObject({ code: 'NOT_FOUND', details: { because: 'UNAVAILABLE' } });
    expect(await outcome(orders.price('1'))).toBeInstanceOf(RangeError);
  });

  it('is not asked for a call that was given up', async () => {
    const { t, received } = await start();
    const giveUp = new AbortController();
    giveUp.abort();
    const client = t.client(Catalog, { service: 'catalog', signal: giveUp.signal });
    expect(await outcome(client.title('1'))).toMatchObject({ kind: 'CANCELLED' });
    expect(received).toEqual([]);
  });
});

describe('returnnull', () => {
  it('answers null for what a circuit refused, and loses no other failure', async () => {
    const { orders } = await start();
    expect(await outcome(orders.cover())).toMatchObject({ code: 'UNAVAILABLE' });
    expect(await orders.cover()).toBeNull();
  });

  it('answers null for the kinds that are said', async () => {
    const { catalog } = await start({
      'cse.fallbackpolicy.Consumer.catalog.policy': 'returnnull',
      'servicecomb.governance.fallback.consumer.on': ['UNAVAILABLE'],
    });
    expect(await catalog.find('1')).toBeNull();
  });
});

describe('a fallback by the keys of go-chassis', () => {
  const OPEN = { 'cse.circuitBreaker.Consumer.enabled': true, 'cse.circuitBreaker.Consumer.forceOpen': true };

  it.each(['cse', 'servicecomb'])(
    'is chosen for all and for one service, while it runs, in the spelling %s',
    async (root) => {
      const { t, catalog } = await start({ ...OPEN, [`${root}.fallbackpolicy.Consumer.policy`]: 'returnnull' });
      const { config } = t.application;
      expect(await catalog.find('1')).toBeNull();
      config.set(`${root}.fallbackpolicy.Consumer.catalog.policy`, 'throwexception');
      expect(await outcome(catalog.find('1'))).toMatchObject({ code: 'CIRCUIT_OPEN' });
      config.set(`${root}.fallbackpolicy.Consumer.catalog.policy`, 'returnnull');
      config.set(`${root}.fallback.Consumer.catalog.enabled`, false);
      expect(await outcome(catalog.find('1'))).toMatchObject({ code: 'CIRCUIT_OPEN' });
    },
  );

  it('forced, answers without a call', async () => {
    const { t, catalog, orders, received } = await start({ 'cse.fallback.Consumer.catalog.force': true });
    expect(await outcome(catalog.find('1'))).toMatchObject({ kind: 'UNAVAILABLE', code: 'FALLBACK_FORCED' });
    expect(await catalog.title('1')).toBe('no title of 1: UNAVAILABLE');
    expect(received).toEqual([]);
    t.application.config.set('servicecomb.governance.fallback.method.force', true);
    await orders.book('1');
    expect(orders.calls).toBe(0);
  });
});

describe('a fallback of a plug-in', () => {
  const lastKnown: Plugin = {
    name: 'last known',
    install: (host) =>
      host.extend(
        FallbackPort,
        'last-known',
        () =>
          (error, { operation, args }) =>
            `${operation.id}(${String(args[0])})`,
      ),
  };

  it('is found by its name', async () => {
    const { catalog } = await start({ 'cse.fallbackpolicy.Consumer.policy': 'last-known' }, [lastKnown]);
    expect(await catalog.find('3')).toBe('catalog.find(3)');
  });

  it('that nobody brought refuses the start, naming the nearest', async () => {
    const error = await outcome(start({ 'cse.fallbackpolicy.Consumer.policy': 'last-know' }, [lastKnown]));
    expect(String(error)).toContain('fallback.consumer.policy: expected one of throwexception');
    expect(String(error)).toContain('did you mean last-known?');
  });

  it('that nobody brought is refused while it runs, and the one before stays', async () => {
    const { t, catalog } = await start({ 'cse.fallbackpolicy.Consumer.policy': 'last-known' }, [lastKnown]);
    expect(() => t.application.config.set('cse.fallbackpolicy.Consumer.policy', 'return-null')).toThrow(
      /did you mean returnnull/,
    );
    expect(await catalog.find('3')).toBe('catalog.find(3)');
  });
});
