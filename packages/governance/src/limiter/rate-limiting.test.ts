import { Injectable, Returns, Schema, type Plugin } from '@ts-chassis/core';
import { afterEach, describe, expect, it } from 'vitest';
import { GovernanceEvents, type GovernanceEventMap } from '../events/governance-events.js';
import { Limited } from './limited.fixture.js';
import { LimitStorePort, type LimitAnswer, type LimitStore } from './limit-store.js';
import type { Limit } from './limit.js';
import { RateLimit } from './rate-limit.js';

const answered = (): Promise<string> => Promise.resolve('found');

@Schema({ id: 'plain' })
class Plain {
  @Returns(String) find(): Promise<string> {
    return answered();
  }

  @Returns(String) list(): Promise<string> {
    return answered();
  }
}

@Schema({ id: 'decorated' })
@RateLimit({ rate: 50 })
class Decorated {
  @RateLimit({ rate: 5, burst: 3 })
  @Returns(String)
  own(): Promise<string> {
    return answered();
  }

  @Returns(String) one(): Promise<string> {
    return answered();
  }

  @Returns(String) other(): Promise<string> {
    return answered();
  }
}

@Schema({ id: 'keyed' })
class Keyed {
  @RateLimit({ rate: 2, per: 'minute', key: ({ headers }) => headers.get('user') })
  @Returns(String)
  find(): Promise<string> {
    return answered();
  }

  @RateLimit({
    rate: 1,
    key: () => {
      throw new Error('no key');
    },
  })
  @Returns(String)
  broken(): Promise<string> {
    return answered();
  }
}

@Schema({ id: 'numbered' })
class Numbered {
  /** As plain JavaScript would write it: a number of a user, null for none. */
  @RateLimit({ rate: 2, per: 'minute', key: ({ headers }) => (headers.has('user') ? 7 : null) as never })
  @Returns(String)
  find(): Promise<string> {
    return answered();
  }
}

let running: Limited | undefined;

async function start(...given: Parameters<typeof Limited.start>): Promise<Limited> {
  running = await Limited.start(...given);
  return running;
}

afterEach(async () => {
  await running?.app.stop();
  running = undefined;
});

describe.each(['cse', 'servicecomb'])('%s.flowcontrol.Provider', (prefix) => {
  const keys = `${prefix}.flowcontrol.Provider.qps`;

  it('limits all who call with its global limit, over all operations together', async () => {
    const limited = await start(Plain, { values: { [`${keys}.global.limit`]: '100' } });
    expect(await limited.passing(15, 'find', { caller: 'a' })).toBe(15);
    expect(await limited.passing(15, 'list', { caller: 'b' })).toBe(5);
    await limited.clock.advance(100);
    expect(await limited.passing(15, 'find')).toBe(10);
  });

  it('limits a caller with its own limit, in place of the global one', async () => {
    const values = { [`${keys}.limit.orders`]: 10, [`${keys}.limit.shop.front`]: 20, [`${keys}.global.limit`]: 5 };
    const limited = await start(Plain, { values });
    expect(await limited.passing(9, 'find', { caller: 'orders' })).toBe(2);
    expect(await limited.passing(9, 'find', { caller: 'shop.front' })).toBe(4);
    expect(await limited.passing(9, 'find', { caller: 'others' })).toBe(1);
    expect(await limited.passing(9, 'find')).toBe(0);
  });

  it('does nothing when it is not enabled, and what it did when it is again', async () => {
    const limited = await start(Plain, { values: { [`${keys}.enabled`]: 'false', [`${keys}.global.limit`]: 5 } });
    expect(await limited.passing(9, 'find')).toBe(9);
    limited.configure({ [`${keys}.enabled`]: true });
    expect(await limited.passing(9, 'find')).toBe(1);
  });

  it('lets nothing through at zero and below, and does not say when it would', async () => {
    const limited = await start(Plain, { values: { [`${keys}.global.limit`]: 0, [`${keys}.limit.orders`]: -1 } });
    for (const caller of ['', 'orders']) {
      await limited.clock.advance(10_000);
      const refusal = await limited.refusal('find', { caller });
      expect(refusal).toMatchObject({ kind: 'RESOURCE_EXHAUSTED', code: 'RATE_LIMITED', retryAfterMs: undefined });
    }
  });

  it('lets a caller go free that has no limit, though others have', async () => {
    const values = { [`${keys}.global.limit`]: 0, [`${keys}.limit.admin`]: 2_147_483_647 };
    const limited = await start(Plain, { values });
    expect(await limited.passing(500, 'find', { caller: 'admin' })).toBe(500);
  });
});

describe('a caller', () => {
  it('that is not believed counts like all others', async () => {
    const values = { 'cse.flowcontrol.Provider.qps.limit.admin': 1000, 'cse.flowcontrol.Provider.qps.global.limit': 5 };
    const limited = await start(Plain, { values, trust: 'none' });
    expect(await limited.passing(9, 'find', { caller: 'admin' })).toBe(1);
  });
});

describe('@RateLimit', () => {
  it('on a method is its own, on a class all other operations share it', async () => {
    const limited = await start(Decorated);
    expect(await limited.passing(9, 'own')).toBe(3);
    expect(await limited.passing(6, 'one')).toBe(6);
    expect(await limited.passing(9, 'other')).toBe(4);
  });

  it('gives way to the configuration of its own level and of narrower ones, not to that of wider ones', async () => {
    const root = 'servicecomb.governance.rateLimit';
    const limited = await start(Decorated, {
      values: {
        [`${root}.rate`]: 1,
        [`${root}.services.catalog.schemas.decorated.rate`]: 20,
        [`${root}.provider.services.catalog.schemas.decorated.operations.own.burst`]: 7,
      },
    });
    expect(await limited.passing(9, 'own')).toBe(7);
    expect(await limited.passing(9, 'one')).toBe(4);
  });

  it('gives every key a limit to itself, and none to those without', async () => {
    const limited = await start(Keyed);
    for (const user of ['ann', 'bob', 'x'.repeat(5000)]) {
      expect(await limited.passing(5, 'find', { headers: { user } })).toBe(2);
    }
    expect(await limited.passing(50, 'find')).toBe(50);
    await limited.clock.advance(30_000);
    expect(await limited.passing(5, 'find', { headers: { user: 'ann' } })).toBe(1);
  });

  it('fails the call whose key function fails', async () => {
    const limited = await start(Keyed);
    await expect(limited.call('broken')).rejects.toMatchObject({ kind: 'INTERNAL' });
  });

  it('stands around a method of anything injectable', async () => {
    @Injectable()
    class Mail {
      @RateLimit({ rate: 2, burst: 2 })
      send(): Promise<string> {
        return Promise.resolve('sent');
      }
    }
    const limited = await start(Plain, { providers: [Mail] });
    const mail = limited.app.get(Mail);
    expect([await mail.send(), await mail.send()]).toEqual(['sent', 'sent']);
    await expect(mail.send()).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 500 });
    limited.configure({ 'servicecomb.governance.rateLimit.method.services.local.schemas.Mail.burst': 100 });
    await limited.clock.advance(1000);
    expect(await mail.send()).toBe('sent');
  });
});

describe('a refusal', () => {
  it('tells when there is a turn again, and is an event', async () => {
    const limited = await start(Decorated);
    const events: GovernanceEventMap['rejected'][] = [];
    limited.app.get(GovernanceEvents).on('rejected', (event) => events.push(event));
    await limited.passing(3, 'own');
    await limited.clock.advance(50);
    expect(await limited.refusal('own')).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 150 });
    expect(events).toEqual([{ service: 'catalog', operation: 'decorated.own', by: 'limiter', name: 'decorated.own' }]);
    await limited.clock.advance(150);
    expect(await limited.call('own')).toBe('found');
  });
});

describe('a call that may wait for its turn', () => {
  const values = {
    'servicecomb.governance.rateLimit.rate': 10,
    'servicecomb.governance.rateLimit.burst': 1,
    'servicecomb.governance.rateLimit.maxWaitMs': '250ms',
  };

  it('does, in the order in which they came, and is refused when that takes too long', async () => {
    const limited = await start(Plain, { values });
    const done: number[] = [];
    const calls = [1, 2, 3, 4].map((call) => limited.call('find').then(() => done.push(call)));
    const outcomes = Promise.allSettled(calls);
    await limited.clock.advance(99);
    expect(done).toEqual([1]);
    await limited.clock.advance(1);
    expect(done).toEqual([1, 2]);
    await limited.clock.advance(100);
    expect(done).toEqual([1, 2, 3]);
    expect((await outcomes)[3]).toMatchObject({ reason: { code: 'RATE_LIMITED', retryAfterMs: 300 } });
  });

  it('is refused at once when its deadline comes before its turn', async () => {
    const limited = await start(Plain, { values });
    await limited.call('find');
    await expect(limited.call('find', { deadlineMs: 60 })).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    const waiting = limited.call('find', { deadlineMs: 160 });
    await limited.clock.advance(100);
    expect(await waiting).toBe('found');
  });
});

describe('a change of the configuration', () => {
  const rate = 'cse.flowcontrol.Provider.qps.global.limit';

  it('keeps a limit as full as it was, in proportion', async () => {
    const limited = await start(Plain, { values: { [rate]: 100 } });
    expect(await limited.passing(10, 'find')).toBe(10);
    limited.configure({ [rate]: 1000 });
    expect(await limited.passing(200, 'list')).toBe(100);
  });

  it('resets nothing of what it does not concern', async () => {
    const limited = await start(Decorated, { values: { [rate]: 100 } });
    await limited.passing(3, 'own');
    limited.configure({ [rate]: 5, 'servicecomb.governance.rateLimit.provider.callers.orders': 7 });
    expect(await limited.passing(3, 'own')).toBe(0);
  });

  it('that is no number is refused, and the old limit stays', async () => {
    const limited = await start(Plain, { values: { [rate]: 5 } });
    expect(() => limited.configure({ [rate]: 'plenty' })).toThrow(/provider\.rate\)?: expected a number, got "plenty"/);
    expect(await limited.passing(9, 'find')).toBe(1);
  });
});

it('takes a key that is a number for its text, and null for nobody', async () => {
  const limited = await start(Numbered);
  expect(await limited.passing(5, 'find', { headers: { user: 'ann' } })).toBe(2);
  expect(await limited.passing(5, 'find')).toBe(5);
});

describe('a limit store of a plug-in', () => {
  class Counting implements LimitStore {
    readonly asked: { key: string; limit: Limit }[] = [];
    answer: () => LimitAnswer | Promise<LimitAnswer> = () => ({ allowed: true, waitMs: 0 });

    take(key: string, limit: Limit): LimitAnswer | Promise<LimitAnswer> {
      this.asked.push({ key, limit });
      return this.answer();
    }
  }
  const plugin = (store: LimitStore): Plugin => ({
    name: 'counting',
    install: (host) => host.extend(LimitStorePort, 'counting', () => store),
  });
  const values = {
    'servicecomb.governance.rateLimit.store': 'counting',
    'cse.flowcontrol.Provider.qps.global.limit': 5,
    'cse.flowcontrol.Provider.qps.limit.orders': 10,
  };

  it('decides under keys that tell service, level, caller and key apart', async () => {
    const store = new Counting();
    const limited = await start(Keyed, { values, plugins: [plugin(store)] });
    await limited.call('find', { headers: { user: 'ann' } });
    await limited.call('broken', { caller: 'orders' }).catch(() => {});
    expect(store.asked).toEqual([
      { key: '/default/catalog/provider/catalog/keyed/find/ann', limit: { rate: 2 / 60, burst: 2, maxWaitMs: 0 } },
    ]);
    await limited.app.stop();
    const other = await start(Plain, { values, plugins: [plugin(store)] });
    store.asked.length = 0;
    await other.call('find', { caller: 'orders' });
    await other.call('find', { caller: 'others' });
    expect(store.asked).toEqual([
      { key: '/default/catalog/provider/catalog/caller/orders', limit: { rate: 10, burst: 2, maxWaitMs: 0 } },
      { key: '/default/catalog/provider/catalog', limit: { rate: 5, burst: 1, maxWaitMs: 0 } },
    ]);
  });

  it('may answer later, refuse, and make a call wait', async () => {
    const store = new Counting();
    const limited = await start(Plain, { values, plugins: [plugin(store)] });
    store.answer = () => Promise.resolve({ allowed: true, waitMs: 0 });
    expect(await limited.call('find')).toBe('found');
    store.answer = () => Promise.resolve({ allowed: false, waitMs: 120 });
    expect(await limited.refusal('find')).toMatchObject({ retryAfterMs: 120 });
    store.answer = () => ({ allowed: true, waitMs: 40 });
    const waiting = limited.call('find');
    await limited.clock.advance(40);
    expect(await waiting).toBe('found');
  });

  it('that fails is stood in for by this process', async () => {
    const store = new Counting();
    const limited = await start(Plain, { values, plugins: [plugin(store)] });
    store.answer = () => Promise.reject(new Error('gone'));
    expect(await limited.passing(9, 'find')).toBe(1);
    store.answer = () => {
      throw new Error('gone for good');
    };
    expect(await limited.passing(9, 'find', { caller: 'orders' })).toBe(2);
    store.answer = () => ({ allowed: true, waitMs: 0 });
    expect(await limited.passing(9, 'find')).toBe(9);
  });

  it('that nobody brings refuses the start, naming those that are there', async () => {
    const wrong = { ...values, 'servicecomb.governance.rateLimit.store': 'countin' };
    await expect(start(Plain, { values: wrong, plugins: [plugin(new Counting())] })).rejects.toThrow(
      /rateLimit\.store: expected .* one of memory, counting \(did you mean "counting"\?\), got "countin"/,
    );
  });
});
