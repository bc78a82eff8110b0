import {
  Arg,
  currentInvocation,
  Implements,
  Module,
  remote,
  Remote,
  Returns,
  Schema,
  type Client,
  type Plugin,
} from '@ts-chassis/core';
import { TestApplication } from '@ts-chassis/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { Timeout } from './decorator.js';
import { installTimeout } from './install.js';

@Schema({ id: 'stock' })
class Stock {
  @Returns(Number)
  left(@Arg('isbn') isbn: string): Promise<number> {
    return remote();
  }
}

@Schema({ id: 'shop' })
class Shop {
  @Timeout(70, { side: 'provider' })
  @Returns(Number)
  left(@Arg('isbn') isbn: string): Promise<number> {
    return remote();
  }

  @Returns(String)
  idle(): Promise<string> {
    return remote();
  }
}

@Implements(Shop)
class ShopService extends Shop {
  readonly reasons: unknown[] = [];

  constructor(@Remote(Stock, { service: 'stock' }) private readonly stock: Client<Stock>) {
    super();
  }

  override async left(isbn: string): Promise<number> {
    const { signal } = currentInvocation();
    signal.addEventListener('abort', () => this.reasons.push((signal.reason as { code: string }).code));
    return this.stock.left(isbn);
  }

  override idle(): Promise<string> {
    return new Promise(() => undefined);
  }
}

@Module({ schemas: [ShopService] })
class ShopModule {}

/** Only this room, and a stand-in for the marker. */
const governed: Plugin = {
  name: 'governed',
  install(host) {
    installTimeout(host);
    host.handler({
      ...{ name: 'traffic-marker', side: 'provider' },
      make: () => ({
        handle: (invocation, next) => {
          invocation.mark = invocation.headers.get('x-mark');
          return next(invocation);
        },
      }),
    });
  },
};

let t: TestApplication;
let deadlines: number[];

async function start(values: Record<string, unknown> = {}): Promise<void> {
  deadlines = [];
  const left = (): Promise<number> => new Promise(() => undefined);
  const spy: Plugin = {
    name: 'deadlines',
    install(host) {
      host.handler({
        ...{ name: 'deadlines', side: 'consumer', everywhere: true },
        make: () => ({
          handle: (invocation, next) => {
            if (invocation.service === 'stock') deadlines.push(invocation.deadline);
            return next(invocation);
          },
        }),
      });
    },
  };
  t = await TestApplication.create({ modules: [ShopModule], plugins: [governed, spy], configuration: { values } })
    .fakeRemote(Stock, { service: 'stock' }, { left })
    .virtualClock();
}

async function endsAt(call: PromiseLike<unknown>): Promise<readonly [ms: number, outcome: unknown]> {
  const began = t.clock.elapsed();
  let ended = NaN;
  const outcome = Promise.resolve(call)
    .catch((error: unknown) => error)
    .finally(() => (ended = t.clock.elapsed() - began));
  await t.clock.advance(60_000);
  return [ended, await outcome];
}

afterEach(() => t.stop());

describe('a timeout of the provider', () => {
  it('ends the work, tells the method, and bounds the calls it makes', async () => {
    await start();
    expect(await endsAt(t.client(Shop).left('1'))).toMatchObject([70, { kind: 'DEADLINE_EXCEEDED', remote: true }]);
    expect(t.get(ShopService).reasons).toEqual(['TIMED_OUT']);
    expect(deadlines).toEqual([70]);
  });

  it('is configured as in go-chassis', async () => {
    await start({ 'cse.isolation.Provider.timeoutInMilliseconds': 500 });
    expect((await endsAt(t.client(Shop).idle()))[0]).toBe(500);
    expect((await endsAt(t.client(Shop).left('1')))[0]).toBe(70);
  });

  it('holds by mark, after the governance specification', async () => {
    await start({
      'servicecomb.timeLimiter.fast': 'rules:\n  match: hurried\ntimeoutDuration: 2S\ncancelRunningFuture: true',
    });
    expect((await endsAt(t.client(Shop).idle()))[0]).toBe(30_000);
    expect((await endsAt(t.client(Shop, { headers: { 'x-mark': 'hurried' } }).idle()))[0]).toBe(2000);
  });
});
