import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tally, until } from '../fixtures/governance/outcomes.js';
import { Stage, type WorkerProcess } from '../fixtures/governance/stage.js';

let stage: Stage;
let a: WorkerProcess;
let b: WorkerProcess;

beforeAll(async () => {
  stage = await Stage.create();
  a = await stage.worker('a', { version: '1.0.0' });
});

afterEach(async () => {
  await stage.release();
  for (const worker of [a, b]) await worker?.tell('answer', 'one', 'two', 'three');
});

afterAll(() => stage.close());

const chassis = `
servicecomb:
  handler:
    chain:
      Consumer:
        default: bizkeeper-consumer, router, loadbalance, ratelimiter-consumer, transport
`;

const circuitBreaker = (more = '', scope = 'api'): string => `
cse:
  isolation:
    Consumer:
      timeoutInMilliseconds: 400
      maxConcurrentRequests: 1000
      work:
        maxConcurrentRequests: 8
  circuitBreaker:
    scope: ${scope}
    Consumer:
      enabled: true
      forceOpen: false
      forceClosed: false
      sleepWindowInMilliseconds: 1000
      requestVolumeThreshold: 6
      errorThresholdPercentage: 50
  fallback:
    Consumer:
      enabled: true
  fallbackpolicy:
    Consumer:
      policy: throwexception
${more}`;

describe('a circuit breaker by go-chassis keys', () => {
  it('isolates the API that answers with errors, while another one of the same service works', async () => {
    const consumer = await stage.consumer({ 'chassis.yaml': chassis, 'circuit_breaker.yaml': circuitBreaker() });
    await a.tell('fail 500', 'one');
    const { calls } = await a.told('one');
    const outcomes = await consumer.outcomes(30, (work) => work.one());
    expect(outcomes.slice(6).map(({ code }) => code)).toEqual(Array<string>(24).fill('CIRCUIT_OPEN'));
    expect((await a.told('one')).calls - calls).toBe(6);
    expect(tally((await consumer.outcomes(20, (work) => work.two())).map(({ instance }) => instance))).toEqual({
      a: 20,
    });
    expect((await consumer.says('circuit opened'))['circuit']).toBe('Consumer.work.work.one');
    await a.tell('answer', 'one');
    await until(
      () => consumer.outcome((work) => work.one()),
      ({ instance }) => instance === 'a',
    );
    await consumer.says('circuit closed');
    expect(tally((await consumer.outcomes(10, (work) => work.one())).map(({ instance }) => instance))).toEqual({
      a: 10,
    });
  });

  it('isolates an API that is called by URL, one of several', async () => {
    const consumer = await stage.consumer({ 'chassis.yaml': chassis, 'circuit_breaker.yaml': circuitBreaker() });
    await a.tell('fail 500', 'one');
    const { calls } = await a.told('one');
    const codes: string[] = [];
    for (let call = 0; call < 12; call += 1) {
      const outcome = consumer.fetch('/one', { path: {} }).then(
        ({ status }) => String(status),
        (error: { code: string }) => error.code,
      );
      codes.push(await outcome);
    }
    expect(tally(codes)).toEqual({ 500: 6, CIRCUIT_OPEN: 6 });
    expect((await a.told('one')).calls - calls).toBe(6);
    expect((await consumer.fetch('/two', { path: {} })).status).toBe(200);
  });

  it('isolates the API that does not answer in time', async () => {
    const consumer = await stage.consumer({ 'chassis.yaml': chassis, 'circuit_breaker.yaml': circuitBreaker() });
    await a.tell('hang', 'two');
    const { calls } = await a.told('two');
    const late = await Promise.all(Array.from({ length: 6 }, () => consumer.outcome((work) => work.two())));
    expect(late.filter(({ code }) => code !== 'TIMED_OUT' && code !== 'CALL_DEADLINE')).toEqual([]);
    const isolated = await consumer.outcomes(20, (work) => work.two());
    expect(tally(isolated.map(({ code }) => code))).toEqual({ CIRCUIT_OPEN: 20 });
    expect(Math.max(...isolated.map(({ tookMs }) => tookMs))).toBeLessThan(400);
    expect((await a.told('two')).calls - calls).toBe(6);
    for (const call of ['one', 'three'] as const)
      expect((await consumer.outcome((work) => work[call]())).instance).toBe('a');
  });

  it('isolates the API that is called too often at the same time, and no other one waits for it', async () => {
    const consumer = await stage.consumer({
      'chassis.yaml': chassis,
      'circuit_breaker.yaml': circuitBreaker().replace('timeoutInMilliseconds: 400', 'timeoutInMilliseconds: 30000'),
    });
    await a.tell('hang', 'three');
    const { calls } = await a.told('three');
    const held = Array.from({ length: 8 }, () => consumer.outcome((work) => work.three()));
    await until(
      () => a.told('three'),
      ({ underWay }) => underWay === 8,
    );
    const refused = await consumer.outcomes(20, (work) => work.three());
    expect(Object.keys(tally(refused.map(({ code }) => code))).filter((code) => !code.startsWith('BULKHEAD'))).toEqual(
      [],
    );
    expect((await a.told('three')).calls - calls).toBe(8);
    expect(tally((await consumer.outcomes(20, (work) => work.one())).map(({ instance }) => instance))).toEqual({
      a: 20,
    });
    await a.tell('answer', 'three');
    expect(tally((await Promise.all(held)).map(({ instance }) => instance))).toEqual({ a: 8 });
    expect((await consumer.outcome((work) => work.three())).instance).toBe('a');
  });

  it('with scope instance isolates the instance for all its APIs, and the other instance goes on', async () => {
    b = await stage.worker('b');
    const isolation = '  loadbalance:\n    isolation:\n      enabled: false\n';
    const consumer = await stage.consumer({
      // who is called must be known before its circuit is
      'chassis.yaml': chassis.replace(
        'bizkeeper-consumer, router, loadbalance',
        'router, loadbalance, bizkeeper-consumer',
      ),
      'circuit_breaker.yaml': circuitBreaker(isolation, 'instance'),
    });
    await a.tell('fail 500', 'one', 'two');
    const before = [(await a.told('one')).calls, (await a.told('two')).calls];
    const outcomes = [
      ...(await consumer.outcomes(30, (work) => work.one())),
      ...(await consumer.outcomes(30, (work) => work.two())),
    ];
    const after = [(await a.told('one')).calls, (await a.told('two')).calls];
    expect(after.map((count, index) => count - before[index]!)).toEqual([6, 0]);
    const ends = tally(outcomes.map(({ instance, code }) => instance ?? (code === 'CIRCUIT_OPEN' ? code : 'failed')));
    expect(ends['failed']).toBe(6);
    expect(ends['b']).toBeGreaterThanOrEqual(30);
  });

  it('forced open lets nothing through, and returns null where the fallback policy says so', async () => {
    const consumer = await stage.consumer({
      'chassis.yaml': chassis,
      'circuit_breaker.yaml': circuitBreaker()
        .replace('forceOpen: false', 'forceOpen: true')
        .replace('throwexception', 'returnnull'),
    });
    const answer = await consumer.fetch('/show/{name}', { path: { name: 'x' } });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });
});
