import { ChassisError, Unavailable } from '@ts-chassis/core';
import { memory, MemoryNetwork, memoryRegistry } from '@ts-chassis/testing';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { CircuitBreakers } from '../breaker/circuit-breakers.js';
import { governanceError } from '../errors/governance-error.js';
import { isRefusalOfOne } from '../retry/is-own-refusal.js';
import { balancingIn, counts, type Balancing } from './balancing.fixture.js';
import { PassedOver } from './passed-over.js';

const balancing = balancingIn({ memory, MemoryNetwork, memoryRegistry });
const started: Balancing[] = [];
afterEach(async () => {
  for (const each of started.splice(0)) await each.stop();
});
const start: typeof balancing = async (...given) => {
  const made = await balancing(...given);
  started.push(made);
  return made;
};

const BREAKER = {
  'cse.circuitBreaker.scope': 'instance',
  'cse.circuitBreaker.Consumer.enabled': true,
  'cse.circuitBreaker.Consumer.requestVolumeThreshold': 2,
  // the circuits are looked at, not the ejection
  'servicecomb.governance.loadBalance.ejectAfterFailures': 0,
};
const RETRY = {
  'cse.loadbalance.retryEnabled': true,
  'cse.loadbalance.retryOnNext': 1,
  'servicecomb.governance.retry.onlyIdempotent': false,
};
const down = (): never => {
  throw Unavailable('down');
};

describe('an instance whose own circuit is open', () => {
  it.each(['RoundRobin', 'Random', 'SessionStickiness', 'ConsistentHash', 'LeastActive', 'P2C', 'SmoothWeighted'])(
    'is passed over by %s without any retries',
    async (name) => {
      const made = await start({ values: { ...BREAKER, 'cse.loadbalance.strategy.name': name } }, 'a', 'b');
      // so that its circuit opens whomever the strategy prefers
      for (const id of ['a', 'b']) made.answer(id, down);
      const { to } = await made.calling(6);
      const open = to[0]!;
      const other = open === 'a' ? 'b' : 'a';
      made.answer(other, () => other);
      made.application.get(CircuitBreakers).reset(`Consumer.catalog.${other}:1`);
      const circuits = made.application.get(CircuitBreakers);
      if (!circuits.isOpen(`Consumer.catalog.${open}:1`)) await made.calling(6);
      expect(circuits.isOpen(`Consumer.catalog.${open}:1`)).toBe(true);
      circuits.reset(`Consumer.catalog.${other}:1`);
      const { to: then, failed } = await made.calling(16);
      expect(failed).toBe(0);
      expect(counts(then)).toEqual({ [other]: 16 });
    },
  );

  it('costs no call of a service of which one of two is down, with one retry', async () => {
    const made = await start({ values: { ...BREAKER, ...RETRY } }, 'a', 'b');
    made.answer('a', down);
    expect((await made.calling(16)).failed).toBe(0);
    expect(made.application.get(CircuitBreakers).isOpen('Consumer.catalog.a:1')).toBe(true);
  });

  it('is left by a retry that would have stayed at it', async () => {
    const values = { ...BREAKER, ...RETRY, 'cse.loadbalance.retryOnSame': 2 };
    const made = await start(
      { values: { ...values, 'cse.circuitBreaker.Consumer.requestVolumeThreshold': 1 } },
      'a',
      'b',
    );
    made.answer('a', down);
    expect(await made.calling(8)).toMatchObject({ failed: 0 });
  });

  it('is asked for nothing else when its caller names it', async () => {
    const made = await start({ values: BREAKER }, 'a', 'b');
    made.answer('a', down);
    await made.calling(6);
    const endpoint = { listener: 'memory', host: 'a', port: 1, ssl: false };
    await expect(made.call({ endpoint })).rejects.toMatchObject({ code: 'CIRCUIT_OPEN' });
  });

  it('lets a call fail only when all refuse it, which says when the first of them lets calls try', async () => {
    const made = await start({ values: BREAKER }, 'a', 'b', 'c');
    made.answer('a', down);
    await made.calling(6);
    await made.clock.advance(4000);
    for (const id of ['b', 'c']) made.answer(id, down);
    await made.calling(6);
    made.calls.length = 0;
    await expect(made.call()).rejects.toMatchObject({
      ...{ code: 'CIRCUIT_OPEN', retryAfterMs: 11_000, details: { circuit: 'Consumer.catalog.a:1', instance: 'a:1' } },
    });
    expect(made.calls).toEqual([]);
  });

  it('never fails a call while the circuit of another is closed, however they fail', async () => {
    const step = fc.record({ call: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), waitMs: fc.nat(6000) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.boolean(), async (steps, retries) => {
        const made = await balancing({ values: { ...BREAKER, ...(retries && RETRY) } }, 'a', 'b', 'c');
        const circuits = made.application.get(CircuitBreakers);
        for (const { call, waitMs } of steps) {
          for (const [at, id] of ['a', 'b', 'c'].entries()) made.answer(id, call[at] ? down : () => id);
          await made.clock.advance(waitMs);
          const closed = ['a', 'b', 'c'].filter(
            (id) => (circuits.state(`Consumer.catalog.${id}:1`) ?? 'closed') === 'closed',
          );
          made.calls.length = 0;
          const error: unknown = await made.call().then(
            () => undefined,
            (thrown: unknown) => thrown,
          );
          if (ChassisError.is(error) && error.code === 'CIRCUIT_OPEN') {
            // one that was closed has been asked, and its circuit opened by that
            expect(closed.filter((id) => !made.calls.includes(id))).toEqual([]);
          }
        }
        await made.stop();
      }),
      { numRuns: 40 },
    );
  });
});

describe('an instance whose own bulkhead is full', () => {
  it('is passed over', async () => {
    const values = {
      'servicecomb.governance.bulkhead.consumer.concurrent': 1,
      'servicecomb.governance.bulkhead.consumer.scope': 'instance',
    };
    const made = await start({ values }, 'a', 'b');
    let end = (_value: string): void => undefined;
    made.answer('a', () => new Promise<string>((resolve) => (end = resolve)));
    const running = [made.call(), made.call()];
    await Promise.race(running);
    expect(await made.calling(5)).toEqual({ to: ['b', 'b', 'b', 'b', 'b'], failed: 0 });
    end('a');
    await Promise.all(running);
  });
});

describe('a refusal', () => {
  const open = (instance?: string): ChassisError =>
    governanceError('CIRCUIT_OPEN', 'open', { details: { circuit: 'c', ...(instance && { instance }) } });

  it('is that of one instance when it names just this one, and was made here', () => {
    expect(isRefusalOfOne(open('a:1'), 'a:1')).toBe(true);
    expect(isRefusalOfOne(open('b:1'), 'a:1')).toBe(false);
    expect(isRefusalOfOne(open(), 'a:1')).toBe(false);
    const remote = new ChassisError('UNAVAILABLE', 'open', {
      ...{ code: 'CIRCUIT_OPEN', details: { instance: 'a:1' }, remote: true },
    });
    expect(isRefusalOfOne(remote, 'a:1')).toBe(false);
  });

  it('costs little when all of many instances refuse: a call goes past 64', () => {
    const passed = new PassedOver();
    for (let at = 0; at < 63; at += 1) passed.add(`i:${at}`, open());
    expect(passed.isFull).toBe(false);
    expect(passed.add('i:63', open()).isFull).toBe(true);
  });
});
