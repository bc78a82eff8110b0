import { NotFound } from '@ts-chassis/core';
import { memory, MemoryNetwork, memoryRegistry } from '@ts-chassis/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { balancingIn, type Balancing, counts, marking } from './balancing.fixture.js';

const balancing = balancingIn({ memory, MemoryNetwork, memoryRegistry });
let made: Balancing;
afterEach(() => made.stop());

const RETRY = {
  'cse.loadbalance.retryEnabled': true,
  'cse.loadbalance.retryOnNext': 2,
  'servicecomb.governance.retry.onlyIdempotent': false,
  'servicecomb.governance.retry.budget': 100,
};
const LB = 'servicecomb.governance.loadBalance';
const broken = () => Promise.reject(new Error('broken'));

function breaks(...ids: readonly string[]): void {
  for (const id of ids) made.answer(id, broken);
}

function works(...ids: readonly string[]): void {
  for (const id of ids) made.answer(id, () => id);
}

describe('an instance that fails', () => {
  it('is ejected after five failures in a row, tried by one call when its time is over, and returns', async () => {
    made = await balancing({}, 'a', 'b', 'c');
    breaks('a');
    expect((await made.calling(30)).failed).toBe(5);
    expect(made.events).toEqual(['ejected a']);
    await made.clock.advance(29_999);
    expect((await made.calling(6)).to).not.toContain('a');
    await made.clock.advance(1);
    // the probe fails: twice the time
    expect(await made.calling(6)).toMatchObject({ failed: 1 });
    await made.clock.advance(59_999);
    expect((await made.calling(6)).to).not.toContain('a');
    works('a');
    await made.clock.advance(1);
    expect((await made.calling(7)).to).toContain('a');
    expect(made.events).toEqual(['ejected a', 'ejected a', 'returned a']);
    expect(counts((await made.calling(9)).to)).toEqual({ a: 3, b: 3, c: 3 });
  });

  it('is tried by one call at a time', async () => {
    made = await balancing({}, 'a', 'b', 'c');
    breaks('a');
    await made.calling(20);
    await made.clock.advance(30_000);
    let answer = (_value: string): void => undefined;
    made.answer('a', () => new Promise<string>((resolve) => (answer = resolve)));
    const probe = made.call();
    expect((await made.calling(10)).to).not.toContain('a');
    answer('well again');
    expect((await probe).value).toBe('well again');
    works('a');
    expect((await made.calling(6)).to).toContain('a');
  });

  it('returns with the first item of a stream, and is not blamed for a long one', async () => {
    made = await balancing({ values: { [`${LB}.slowCallMs`]: '1s', [`${LB}.ejectSlowPercent`]: 1 } }, 'a', 'b', 'c');
    breaks('a');
    await made.calling(20);
    await made.clock.advance(30_000);
    for (const id of ['a', 'b', 'c'])
      made.answer(id, async function* () {
        for (let item = 0; item < 9; item += 1) yield item;
      });
    const open = [];
    for (let call = 0; call < 12; call += 1) {
      const stream = made.client().count()[Symbol.asyncIterator]();
      await stream.next();
      open.push(stream);
    }
    expect(made.events).toEqual(['ejected a', 'returned a']);
    await made.clock.advance(5000);
    for (const stream of open) await stream.return?.();
    expect(made.events).toEqual(['ejected a', 'returned a']);
  });

  it('is ejected for streams that break off, too', async () => {
    made = await balancing({}, 'a', 'b', 'c');
    made.answer('a', async function* () {
      yield 1;
      throw new Error('broken');
    });
    for (const id of ['b', 'c'])
      made.answer(id, async function* () {
        yield 1;
      });
    let failed = 0;
    for (let call = 0; call < 30; call += 1) {
      try {
        for await (const item of made.client().count()) expect(item).toBe(1);
      } catch {
        failed += 1;
      }
    }
    expect([failed, made.events]).toEqual([5, ['ejected a']]);
  });

  it('counts by ratio and by slow calls where asked to', async () => {
    const rules = { [`${LB}.ejectFailurePercent`]: 50, [`${LB}.ejectAfterFailures`]: 0 };
    made = await balancing({ values: rules }, 'a', 'b', 'c');
    let turn = 0;
    made.answer('a', () => (turn++ % 2 === 0 ? 'fine' : broken()));
    await made.calling(45);
    expect(made.events).toEqual(['ejected a']);
    expect(turn).toBe(10);
    await made.stop();
    made = await balancing(
      { values: { [`${LB}.ejectSlowPercent`]: 80, [`${LB}.slowCallMs`]: '500ms' } },
      'a',
      'b',
      'c',
    );
    made.answer('a', async () => {
      await made.clock.advance(500);
      return 'late';
    });
    await made.calling(40);
    expect(made.events).toEqual(['ejected a']);
  });

  it('is not judged by what it refuses with good reason, nor by what the caller gave up', async () => {
    made = await balancing({}, 'a', 'b', 'c');
    made.answer('a', () => Promise.reject(NotFound('no such book')));
    await made.calling(30);
    made.answer('a', () => new Promise(() => undefined));
    for (let call = 0; call < 30; call += 1) {
      const giveUp = new AbortController();
      const running = made.call({ signal: giveUp.signal }).catch(() => undefined);
      giveUp.abort();
      await running;
    }
    expect(made.events).toEqual([]);
  });

  it('stays when half are out already, and when ejection is switched off', async () => {
    made = await balancing({}, 'a', 'b', 'c', 'd');
    breaks('a', 'b', 'c');
    await made.calling(100);
    expect(made.events).toHaveLength(2);
    expect(new Set((await made.calling(10)).to).size).toBe(2);
    await made.stop();
    made = await balancing({ values: { 'servicecomb.loadbalance.isolation.enabled': false } }, 'a', 'b', 'c');
    breaks('a');
    expect((await made.calling(30)).failed).toBe(10);
  });

  it('makes the healthy ones take all, until fewer than the panic threshold are left: then all are used', async () => {
    made = await balancing(
      { values: { [`${LB}.maxEjectionPercent`]: 100, [`${LB}.panicThreshold`]: 40 } },
      'a',
      'b',
      'c',
    );
    breaks('a');
    await made.calling(20);
    breaks('b');
    await made.calling(20);
    expect(made.events).toEqual(['ejected a', 'ejected b']);
    expect(new Set((await made.calling(9)).to).size).toBe(3);
    await made.clock.advance(30_000);
    works('a', 'b');
    await made.calling(6);
    expect(made.events.slice(2).sort()).toEqual(['returned a', 'returned b']);
  });

  it('is isolated by the policy of a mark, for calls of that mark', async () => {
    const policy = 'match: gold\nminimumNumberOfCalls: 4\nfailureRateThreshold: 50\nwaitDurationInOpenState: 2S';
    made = await balancing(
      {
        plugins: [marking],
        values: { 'servicecomb.instanceIsolation.strict': policy, [`${LB}.ejectAfterFailures`]: 0 },
      },
      ...['a', 'b', 'c'],
    );
    breaks('a');
    await made.calling(30);
    expect(made.events).toEqual([]);
    await made.clock.advance(10_000);
    const gold = { headers: { 'x-mark': 'gold' } };
    expect((await made.calling(30, gold)).failed).toBe(4);
    expect(made.events).toEqual(['ejected a']);
    works('a');
    await made.clock.advance(2000);
    expect((await made.calling(9)).to).toContain('a');
  });
});

describe('with retries no call is lost', () => {
  it('while an instance is killed, and traffic returns when it is back', async () => {
    made = await balancing({ values: RETRY }, 'a', 'b', 'c');
    made.kill('b');
    expect((await made.calling(30)).failed).toBe(0);
    works('b');
    await made.clock.advance(1000);
    expect(counts((await made.calling(9)).to)).toEqual({ a: 3, b: 3, c: 3 });
  });

  it('while one of them fails every call, each failure at another instance', async () => {
    const on = { 'servicecomb.governance.retry.on': ['INTERNAL', 'UNKNOWN', 'UNAVAILABLE'] };
    made = await balancing({ values: { ...RETRY, ...on } }, 'a', 'b', 'c');
    breaks('a', 'b');
    const { failed, to } = await made.calling(3);
    expect(failed).toBe(0);
    // a failed instance is never asked again by the same call while another is there
    expect(to.join('')).toMatch(/^(?:a?b?c|b?a?c)+$/);
  });

  it('while instances flap', async () => {
    made = await balancing({ values: RETRY }, 'a', 'b', 'c');
    for (let time = 0; time < 20; time += 1) {
      const [down, up] = time % 2 === 0 ? ['a', 'b'] : ['b', 'a'];
      made.kill(down!);
      works(up!);
      expect((await made.calling(6)).failed).toBe(0);
      await made.clock.advance(700);
    }
  });

  it('while an instance hangs: its calls go elsewhere after the time of a try, then it is left out', async () => {
    const perTry = { 'servicecomb.governance.retry.perTryTimeoutMs': '100ms' };
    made = await balancing({ values: { ...RETRY, ...perTry } }, 'a', 'b', 'c');
    made.answer('a', () => new Promise(() => undefined));
    let failed = 0;
    for (let call = 0; call < 30; call += 1) {
      const running = made.call().catch(() => (failed += 1));
      await made.clock.advance(100);
      await running;
    }
    expect(failed).toBe(0);
    expect(counts(made.calls)['a']).toBe(5);
    expect(made.events).toEqual(['ejected a']);
    works('a');
    await made.clock.advance(30_000);
    expect((await made.calling(9)).to).toContain('a');
  });
});

describe('a slow instance', () => {
  it('gets few calls by PowerOfTwoChoices, and its share back when it is fast again', async () => {
    made = await balancing({ values: { 'cse.loadbalance.strategy.name': 'PowerOfTwoChoices' } }, 'a', 'b', 'c');
    const takes = (id: string, ms: number): void =>
      made.answer(id, async () => {
        await made.clock.sleep(ms);
        return id;
      });
    for (const id of ['a', 'b', 'c']) takes(id, id === 'a' ? 200 : 10);
    const during = async (calls: number): Promise<number> => {
      const before = made.calls.length;
      const running: Promise<unknown>[] = [];
      for (let call = 0; call < calls; call += 1) {
        running.push(made.call());
        await made.clock.advance(5);
      }
      await made.clock.advance(1000);
      await Promise.all(running);
      return (counts(made.calls.slice(before))['a'] ?? 0) / calls;
    };
    await during(20);
    expect(await during(200)).toBeLessThan(0.1);
    takes('a', 10);
    await made.clock.advance(60_000);
    await during(50);
    expect(await during(200)).toBeGreaterThan(0.2);
  });
});

describe('a new instance', () => {
  it('gets its share slowly with slowStartMs, and one that returns too', async () => {
    made = await balancing({ values: { [`${LB}.slowStartMs`]: '60s' } }, 'a', 'b');
    const share = async (): Promise<number> => (counts((await made.calling(300)).to)['c'] ?? 0) / 300;
    expect(counts((await made.calling(10)).to)).toEqual({ a: 5, b: 5 });
    await made.add('c');
    const atFirst = await share();
    expect(atFirst).toBeGreaterThan(0);
    expect(atFirst).toBeLessThan(0.1);
    await made.clock.advance(30_000);
    const halfway = await share();
    expect(halfway).toBeGreaterThan(atFirst);
    expect(halfway).toBeLessThan(0.28);
    await made.clock.advance(30_000);
    expect(await share()).toBeCloseTo(1 / 3, 2);
    breaks('c');
    await made.calling(30);
    works('c');
    await made.clock.advance(30_000);
    expect(await share()).toBeLessThan(0.1);
  });
});
