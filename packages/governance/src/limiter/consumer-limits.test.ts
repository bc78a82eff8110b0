import { Returns, Schema, type Client } from '@ts-chassis/core';
import { TestApplication } from '@ts-chassis/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { governance } from '../plugin.js';
import { RateLimit } from './rate-limit.js';

class Base {
  @Returns(String) find(): Promise<string> {
    return Promise.resolve('found');
  }

  @Returns(String) list(): Promise<string> {
    return Promise.resolve('all');
  }
}

@Schema({ id: 'books' })
class Books extends Base {}

@Schema({ id: 'covers' })
class Covers extends Base {}

@Schema({ id: 'spared' })
class Spared {
  @RateLimit({ rate: 1, side: 'consumer' })
  @Returns(String)
  find(): Promise<string> {
    return Promise.resolve('found');
  }
}

let running: TestApplication | undefined;
let received = 0;

async function start(values: Readonly<Record<string, unknown>> = {}): Promise<TestApplication> {
  received = 0;
  const count = async (): Promise<string> => `call ${(received += 1)}`;
  running = await TestApplication.create({ name: 'shop', plugins: [governance()], configuration: { values } })
    .fakeRemote(Books, { service: 'catalog' }, { find: count, list: count })
    .fakeRemote(Books, { service: 'archive' }, { find: count, list: count })
    .fakeRemote(Spared, { service: 'spared' }, { find: count })
    .virtualClock();
  return running;
}

/** How many of ten calls are let through, and so received. */
async function passing(client: Client<Base>, operation: 'find' | 'list' = 'find'): Promise<number> {
  const before = received;
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => client[operation]()));
  const passed = outcomes.filter(({ status }) => status === 'fulfilled').length;
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'RATE_LIMITED', remote: false });
  }
  expect(received - before).toBe(passed);
  return passed;
}

afterEach(async () => {
  await running?.stop();
  running = undefined;
});

describe.each(['cse', 'servicecomb'])('%s.flowcontrol.Consumer', (prefix) => {
  const qps = `${prefix}.flowcontrol.Consumer.qps`;

  it('limits the calls of a service, each service for itself', async () => {
    const t = await start({ [`${qps}.limit.catalog`]: 20, [`${qps}.limit.archive`]: '10' });
    expect(await passing(t.client(Books, { service: 'catalog' }))).toBe(4);
    expect(await passing(t.client(Books, { service: 'catalog' }), 'list')).toBe(0);
    expect(await passing(t.client(Books, { service: 'archive' }))).toBe(2);
  });

  it('has the first limit that is said, from the operation to the service, as the only one, shared by all below it', async () => {
    const t = await start({
      [`${qps}.limit.catalog`]: 40,
      [`${qps}.limit.catalog.books`]: 20,
      [`${qps}.limit.catalog.books.list`]: 10,
    });
    const books = t.client(Books, { service: 'catalog' });
    expect(await passing(books, 'list')).toBe(2);
    expect(await passing(books)).toBe(4);
  });

  it('shares the limit of a service among its schemas, and that of a schema among its operations', async () => {
    const t = await start({ [`${qps}.limit.catalog`]: 30, [`${qps}.limit.archive.books`]: 30 });
    const books = t.client(Books, { service: 'catalog' });
    await Promise.all([books.find(), books.list(), books.find()]);
    await t
      .client(Covers, { service: 'catalog' })
      .find()
      .catch(() => {});
    expect(await passing(books)).toBe(2);
    const archive = t.client(Books, { service: 'archive' });
    await archive.find();
    expect(await passing(archive, 'list')).toBe(5);
  });

  it('does nothing when it is not enabled', async () => {
    const t = await start({ [`${qps}.enabled`]: false, [`${qps}.limit.catalog`]: 0 });
    expect(await passing(t.client(Books, { service: 'catalog' }))).toBe(10);
  });

  it('follows what is changed, and is gone when it is taken away', async () => {
    const t = await start({ [`${qps}.limit.catalog`]: 0 });
    const books = t.client(Books, { service: 'catalog' });
    expect(await passing(books)).toBe(0);
    t.application.config.set(`${qps}.limit.catalog`, 25);
    expect(await passing(books)).toBe(5);
    t.application.config.set(`${qps}.limit.catalog`, 2_147_483_647);
    expect(await passing(books)).toBe(10);
  });
});

describe('@RateLimit({ side: "consumer" })', () => {
  it('spares the provider, and tells the caller when to try again', async () => {
    const t = await start();
    const spared = t.client(Spared, { service: 'spared' });
    await spared.find();
    await expect(spared.find()).rejects.toMatchObject({ kind: 'RESOURCE_EXHAUSTED', retryAfterMs: 1000 });
    await t.clock.advance(1000);
    expect(await spared.find()).toBe('call 2');
    expect(received).toBe(2);
  });
});
