import {
  Arg,
  currentInvocation,
  Implements,
  Injectable,
  Module,
  Remote,
  Returns,
  Schema,
  Unavailable,
  remote,
  type Client,
} from '@ts-chassis/core';
import { TestApplication } from '@ts-chassis/testing';
import { describe, expect, it } from 'vitest';
import { GovernanceEvents } from '../events/governance-events.js';
import { installTimeout } from '../timeout/install.js';
import { Timeout } from '../timeout/decorator.js';
import { Idempotent, Retry } from './decorator.js';
import { installRetry } from './install.js';

@Schema({ id: 'stock' })
class Stock {
  @Retry({ attempts: 3 })
  @Idempotent()
  @Returns(Number)
  left(@Arg('isbn') isbn: string): Promise<number> {
    return remote();
  }
}

@Injectable()
class Shelf {
  constructor(@Remote(Stock, { service: 'stock' }) private readonly stock: Client<Stock>) {}

  @Retry({ attempts: 2, minMs: 10, backoff: 'constant' })
  async left(isbn: string): Promise<number> {
    return this.stock.left(isbn);
  }

  @Retry({ attempts: 2 })
  async odd(error: unknown): Promise<number> {
    await Promise.resolve();
    throw error;
  }

  /** What was begun for a try learns that the try was ended. */
  readonly ended: string[] = [];

  @Retry({ attempts: 2, perTryTimeoutMs: 100 })
  @Timeout(150)
  async slow(): Promise<number> {
    const { attempt, signal } = currentInvocation();
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        this.ended.push(`try ${attempt}: ${(signal.reason as { code: string }).code}`);
        reject(signal.reason as Error);
      });
    });
  }
}

@Schema({ id: 'shop' })
class Shop {
  @Retry({ attempts: 3 })
  @Idempotent()
  @Returns(Number)
  left(@Arg('isbn') isbn: string): Promise<number> {
    return remote();
  }
}

@Implements(Shop)
class ShopService extends Shop {
  constructor(private readonly shelf: Shelf) {
    super();
  }

  override left(isbn: string): Promise<number> {
    return this.shelf.left(isbn);
  }
}

@Module({ schemas: [ShopService], providers: [Shelf] })
class ShopModule {}

const governed = {
  name: 'governed',
  install(host: Parameters<typeof installRetry>[0]): void {
    host.provideFrom(GovernanceEvents, (services) => new GovernanceEvents(services.logger));
    installRetry(host);
    installTimeout(host);
  },
};

async function start(values: Record<string, unknown> = {}, trust = 'peers') {
  const log: string[] = [];
  const left = async (): Promise<number> => {
    log.push('stock');
    throw Unavailable('no stock');
  };
  const t = await TestApplication.create({
    modules: [ShopModule],
    plugins: [governed],
    configuration: { values: { 'servicecomb.protocols.memory.trust': trust, ...values } },
  })
    .fakeRemote(Stock, { service: 'stock', instances: 2 }, { left })
    .virtualClock();
  const outcome = async (call: PromiseLike<unknown>): Promise<unknown> => {
    const settled = Promise.resolve(call).catch((error: unknown) => error);
    await t.clock.advance(5000);
    return settled;
  };
  return { t, log, outcome };
}

describe('retries inside retries', () => {
  it('do not multiply: the outer one tries again, the inner ones do not', async () => {
    const { t, log, outcome } = await start();
    await outcome(t.get(Shelf).left('1'));
    // without an invocation around it, the method is the outermost
    expect(log).toHaveLength(2);
    await t.stop();
  });

  it('do not multiply over the wire: a further try of a trusted caller is told', async () => {
    const { t, log, outcome } = await start();
    await outcome(t.client(Shop).left('1'));
    // the first try makes 2 (the method's), the two further ones 1 each
    expect(log).toHaveLength(4);
    await t.stop();
  });

  it('go on by themselves where a stranger says so', async () => {
    const { t, log, outcome } = await start({}, 'none');
    await outcome(t.client(Shop).left('1'));
    expect(log).toHaveLength(6);
    await t.stop();
  });

  it('multiply when told to', async () => {
    const { t, log, outcome } = await start({ 'servicecomb.governance.retry.nested': true });
    await outcome(t.client(Shop).left('1'));
    // 3 x 2 x 3, as far as the budget of the service, ten further tries, goes
    expect(log.length).toBeGreaterThan(6);
    await t.stop();
  });
});

describe('methods of injectables', () => {
  it('throw in the end what they threw', async () => {
    const { t, outcome } = await start();
    const failure = Unavailable('mine');
    const odd = new RangeError('odd');
    expect(await outcome(t.get(Shelf).odd(failure))).toBe(failure);
    expect(await outcome(t.get(Shelf).odd(odd))).toBe(odd);
    await t.stop();
  });

  it('find the try they run in, and learn when its time is over', async () => {
    const { t, outcome } = await start();
    expect(await outcome(t.get(Shelf).slow())).toMatchObject({ code: 'TIMED_OUT' });
    expect(t.get(Shelf).ended).toEqual(['try 1: TRY_TIMED_OUT', 'try 2: TIMED_OUT']);
    await t.stop();
    expect(t.clock.pending).toBe(0);
  });
});
