import {
  Arg,
  Handler,
  Implements,
  Live,
  Module,
  NotFound,
  remote,
  Remote,
  Returns,
  Schema,
  Value,
  type ChainHandler,
  type Client,
  type Invocation,
  type Next,
  type Reply,
} from '@ts-chassis/core';
import { describe, expect, it } from 'vitest';
import { TestApplication } from './test-application.js';

@Schema({ id: 'catalog' })
class Catalog {
  @Returns(String)
  find(@Arg('isbn') isbn: string): Promise<string> {
    return remote();
  }

  @Returns(Number, { stream: true })
  count(@Arg('to') to: number): AsyncIterable<number> {
    return remote();
  }
}

@Schema({ id: 'orders' })
class Orders {
  @Returns(String)
  place(@Arg('isbn') isbn: string): Promise<string> {
    return remote();
  }

  @Returns(Number)
  total(@Arg('to') to: number): Promise<number> {
    return remote();
  }
}

@Handler('audit', { everywhere: true })
class Audit implements ChainHandler {
  readonly seen: unknown[] = [];

  async handle(invocation: Invocation, next: Next): Promise<Reply> {
    try {
      const reply = await next(invocation);
      this.seen.push([invocation.operation.id, reply.value]);
      return reply;
    } catch (error) {
      this.seen.push([invocation.operation.id, (error as Error).message]);
      throw error;
    }
  }
}

@Implements(Orders)
class OrdersService extends Orders {
  constructor(
    @Remote(Catalog, { service: 'catalog' }) private readonly catalog: Client<Catalog>,
    @Value('shop.discount', { default: 0 }) private readonly discount: Live<number>,
  ) {
    super();
  }

  override async place(isbn: string): Promise<string> {
    return `${await this.catalog.find(isbn)} less ${this.discount.value}`;
  }

  override async total(to: number): Promise<number> {
    let sum = 0;
    for await (const number of this.catalog.count(to)) sum += number;
    return sum;
  }
}

@Module({ schemas: [OrdersService], handlers: [Audit] })
class OrdersModule {}

const books = {
  find: async (isbn: string): Promise<string> => {
    if (isbn === '0') throw NotFound('no book 0');
    if (isbn === 'slow') await new Promise(() => undefined);
    return `book ${isbn}`;
  },
  async *count(to: number): AsyncIterable<number> {
    for (let number = 1; number <= to; number += 1) yield number;
  },
};

async function orders(): Promise<TestApplication> {
  return TestApplication.create({ name: 'orders', modules: [OrdersModule] })
    .fakeRemote(Catalog, { service: 'catalog', instances: 2 }, books)
    .virtualClock();
}

describe('TestApplication', () => {
  it('calls a service that the test plays, through both chains', async () => {
    const t = await orders();
    expect(await t.client(Orders).place('42')).toBe('book 42 less 0');
    expect(t.get(Audit).seen).toEqual([['orders.place', 'book 42 less 0']]);
    await t.stop();
  });

  it('passes on the kind of a remote failure', async () => {
    const t = await orders();
    await expect(t.client(Orders).place('0')).rejects.toMatchObject({ kind: 'NOT_FOUND', message: 'no book 0' });
    await t.stop();
  });

  it('streams', async () => {
    const t = await orders();
    expect(await t.client(Orders).total(4)).toBe(10);
    await t.stop();
  });

  it('follows the configuration', async () => {
    const t = await orders();
    t.application.config.set('shop.discount', 5);
    expect(await t.client(Orders).place('42')).toBe('book 42 less 5');
    await t.stop();
  });

  it('ends a call at its deadline when time is moved on, and leaves no timer', async () => {
    const t = await orders();
    const outcome = t
      .client(Orders)
      .place('slow')
      .catch((error: unknown) => error);
    await t.clock.advance(29_999);
    expect(t.clock.pending).toBeGreaterThan(0);
    await t.clock.advance(1);
    expect(await outcome).toMatchObject({ code: 'CALL_DEADLINE' });
    await t.stop();
    expect(t.clock.pending).toBe(0);
  });

  it('says which method a fake does not have', async () => {
    const t = await TestApplication.create({ name: 'orders', modules: [OrdersModule] }).fakeRemote(Catalog, {}, {});
    await expect(t.client(Orders).place('42')).rejects.toThrow('the fake of catalog has no find');
    await t.stop();
  });
});
