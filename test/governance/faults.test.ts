import { randomUUID } from 'node:crypto';
import { builtInRegistries, systemClock, type Instance } from '@ts-chassis/core';
import { registryContext } from '@ts-chassis/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { tally } from '../fixtures/governance/outcomes.js';
import { Stage, type WorkerProcess } from '../fixtures/governance/stage.js';
import { Traffic } from '../fixtures/governance/traffic.js';

let stage: Stage;
afterEach(() => stage.close());

async function workers(...names: readonly string[]): Promise<readonly WorkerProcess[]> {
  stage = await Stage.create();
  return Promise.all(names.map((name) => stage.worker(name)));
}

const retries = (more = ''): string => `
cse:
  loadbalance:
    retryEnabled: true
    retryOnNext: 2
    backoff:
      kind: zero
${more}
`;

const instancesOf = (outcomes: readonly { readonly instance?: string }[]): readonly string[] =>
  Object.keys(tally(outcomes.map(({ instance }) => instance))).sort();

describe('instances that go wrong under load', () => {
  it('killed: no call fails, and the others have them all', async () => {
    const [a] = await workers('a', 'b', 'c');
    const consumer = await stage.consumer({ 'load_balancing.yaml': retries() });
    const traffic = new Traffic(consumer, (work) => work.one(), 8);
    expect(instancesOf(await traffic.next(60))).toEqual(['a', 'b', 'c']);
    a!.child.kill('SIGKILL');
    await a!.ended;
    await traffic.until((outcomes) => instancesOf(outcomes).join() === 'b,c');
    expect(instancesOf(await traffic.next(300))).toEqual(['b', 'c']);
    await traffic.stop();
    expect(traffic.failures).toEqual([]);
    // and one that comes instead is found
    await stage.worker('d');
    const later = new Traffic(consumer, (work) => work.one(), 8);
    await later.until((outcomes) => instancesOf(outcomes).join() === 'b,c,d');
    await later.stop();
    expect(later.failures).toEqual([]);
  });

  it('cutting connections: calls are tried elsewhere, and the instance is left alone until it works again', async () => {
    const [a] = await workers('a', 'b', 'c');
    const consumer = await stage.consumer({
      'load_balancing.yaml': retries('    isolation:\n      singleTestTime: 500'),
    });
    const ejected = new Promise((resolve) => consumer.events.on('ejected', resolve));
    const traffic = new Traffic(consumer, (work) => work.one());
    await traffic.next(60);
    await a!.tell('reset', 'one');
    await ejected;
    await traffic.until((outcomes) => instancesOf(outcomes).join() === 'b,c');
    await a!.tell('answer', 'one');
    await traffic.until((outcomes) => instancesOf(outcomes).join() === 'a,b,c');
    await traffic.stop();
    expect(traffic.failures).toEqual([]);
  });

  it('stopped dead: tries are given up in time and made elsewhere, and traffic comes back with the instance', async () => {
    const [a] = await workers('a', 'b', 'c');
    const consumer = await stage.consumer({
      'load_balancing.yaml': retries('    isolation:\n      singleTestTime: 500'),
      'governance.yaml': 'servicecomb:\n  governance:\n    retry:\n      perTryTimeoutMs: 150ms\n',
    });
    const traffic = new Traffic(consumer, (work) => work.one(), 3);
    await traffic.next(60);
    a!.child.kill('SIGSTOP');
    await traffic.until((outcomes) => instancesOf(outcomes).join() === 'b,c');
    const quick = await traffic.next(100);
    expect(Math.max(...quick.map(({ tookMs }) => tookMs))).toBeLessThan(3000);
    a!.child.kill('SIGCONT');
    await traffic.until((outcomes) => instancesOf(outcomes).join() === 'a,b,c');
    await traffic.stop();
    expect(traffic.failures).toEqual([]);
  });

  it('slow: the strategies that look at latency give it little to do', async () => {
    const [a] = await workers('a', 'b', 'c');
    await a!.tell('wait 100', 'one');
    const strategy = (name: string): string => `cse:\n  loadbalance:\n    strategy:\n      name: ${name}\n`;
    for (const name of ['WeightedResponse', 'PowerOfTwoChoices', 'LeastActive']) {
      const consumer = await stage.consumer({ 'load_balancing.yaml': strategy(name) }, name.toLowerCase());
      const traffic = new Traffic(consumer, (work) => work.one(), 6);
      await traffic.next(400);
      await traffic.stop();
      const counts = tally(traffic.outcomes.map(({ instance }) => instance));
      expect([name, counts['a']! / traffic.outcomes.length < 0.15]).toEqual([name, true]);
      expect(traffic.failures).toEqual([]);
    }
  });

  it('hanging: its calls end with their deadline, and those of its other operations are answered', async () => {
    const [a] = await workers('a');
    const consumer = await stage.consumer({
      'circuit_breaker.yaml': 'cse:\n  isolation:\n    Consumer:\n      timeoutInMilliseconds: 150\n',
    });
    await a!.tell('hang', 'one');
    const late = await Promise.all(Array.from({ length: 10 }, () => consumer.outcome((work) => work.one())));
    expect(late.filter(({ code }) => code !== 'TIMED_OUT' && code !== 'CALL_DEADLINE')).toEqual([]);
    expect((await a!.told('one')).calls).toBe(10);
    await consumer.fetch('/two');
    expect((await consumer.outcome((work) => work.two())).instance).toBe('a');
  });
});

describe('a registry in which instances come and go', () => {
  const place = (worker: { readonly origin: string }, id: string): Instance => {
    const { hostname, port } = new URL(worker.origin);
    return {
      ...{ environment: '', app: 'default', service: 'work', version: '1.0.0', id, hostName: 'here', status: 'UP' },
      endpoints: [{ listener: 'rest', host: hostname, port: Number(port), ssl: false }],
      metadata: {},
    };
  };

  it('loses no call, of instances that are well and of some that are not there at all', async () => {
    const [a] = await workers('a', 'b');
    const consumer = await stage.consumer({ 'load_balancing.yaml': retries() });
    const registrar = builtInRegistries.registrars.get('local')!(
      registryContext({ clock: systemClock, addresses: [stage.registry] }),
    );
    const traffic = new Traffic(consumer, (work) => work.one(), 8);
    await traffic.next(20);
    for (let round = 0; round < 20; round += 1) {
      const gone = { origin: 'http://127.0.0.1:9' };
      const well = await registrar.register(place(a!, randomUUID()));
      const ill = await registrar.register(place(gone, randomUUID()));
      await traffic.next(30);
      await Promise.all([well.deregister(), ill.deregister()]);
      await traffic.next(10);
    }
    await registrar.close();
    await traffic.stop();
    expect(traffic.failures).toEqual([]);
    expect(traffic.outcomes.length).toBeGreaterThanOrEqual(800);
    expect(instancesOf(traffic.outcomes)).toEqual(['a', 'b']);
  });
});
