import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tally } from '../fixtures/governance/outcomes.js';
import { Stage, type WorkerProcess } from '../fixtures/governance/stage.js';

let stage: Stage;
let workers: readonly WorkerProcess[];

beforeAll(async () => {
  stage = await Stage.create();
  workers = await Promise.all(['a', 'b', 'c'].map((instance) => stage.worker(instance)));
});

afterEach(async () => {
  await stage.release();
  for (const worker of workers) await worker.tell('answer', 'one', 'two', 'three', 'order');
});

afterAll(() => stage.close());

const stickiness = `
cse:
  loadbalance:
    strategy:
      name: SessionStickiness
    SessionStickinessRule:
      sessionTimeoutInSeconds: 30
      successiveFailedTimes: 3
    isolation:
      enabled: false
`;

const retries = `
cse:
  loadbalance:
    strategy:
      name: RoundRobin
    retryEnabled: true
    retryOnNext: 2
    retryOnSame: 0
    backoff:
      kind: constant
      MinMs: 1
      MaxMs: 10
    isolation:
      enabled: false
`;

const failureCodes = `
servicecomb:
  transport:
    failure:
      rest: http_500,http_502
`;

describe('sessions', () => {
  it('stick: many calls at the same time with one cookie meet one instance, and each cookie its own', async () => {
    const consumer = await stage.consumer({ 'load_balancing.yaml': stickiness });
    const cookies = new Map<string, string>();
    for (const session of ['x', 'y', 'z']) {
      const first = await consumer.fetch('/one', { headers: { _Session_Namespace: session } });
      const set = first.headers.getSetCookie().find((line) => line.startsWith('go-chassisLB='));
      cookies.set(set!.split(';')[0]!, ((await first.json()) as { instance: string }).instance);
    }
    expect(cookies.size).toBe(3);
    for (const [cookie, instance] of cookies) {
      const all = await Promise.all(
        Array.from({ length: 100 }, () => consumer.ask('/one', { headers: { cookie: `theme=dark; ${cookie}` } })),
      );
      expect(tally(all.map((answer) => answer.instance))).toEqual({ [instance]: 100 });
    }
  });

  it('move on when their instance keeps failing', async () => {
    const consumer = await stage.consumer({ 'load_balancing.yaml': stickiness });
    const first = await consumer.fetch('/one');
    const cookie = first.headers.getSetCookie()[0]!.split(';')[0]!;
    const { instance } = (await first.json()) as { instance: string };
    await workers.find((worker) => worker.instance === instance)!.tell('fail 500', 'one');
    const statuses: number[] = [];
    while (statuses.at(-1) !== 200) {
      const answer = await consumer.fetch('/one', { headers: { cookie } });
      await answer.text();
      statuses.push(answer.status);
      expect(statuses.length).toBeLessThan(10);
    }
    expect(statuses.slice(0, -1)).toEqual([500, 500, 500]);
  });
});

describe('failure codes', () => {
  it('that are listed are tried on another instance, and no caller ever sees them', async () => {
    const consumer = await stage.consumer({ 'load_balancing.yaml': retries, 'chassis.yaml': failureCodes });
    await workers[0]!.tell('fail 502', 'one');
    await workers[1]!.tell('fail 500', 'one');
    const before = await Promise.all(workers.map((worker) => worker.told('one')));
    const statuses: number[] = [];
    // ten further tries are within the budget of retries
    for (let call = 0; call < 5; call += 1) statuses.push((await consumer.fetch('/one')).status);
    expect(tally(statuses.map(String))).toEqual({ 200: 5 });
    const after = await Promise.all(workers.map((worker) => worker.told('one')));
    const counts = after.map(({ calls }, index) => calls - before[index]!.calls);
    expect(counts[2]).toBe(5);
    expect(counts[0]! + counts[1]!).toBeGreaterThanOrEqual(5);
  });

  it('that are not listed are answers like any other', async () => {
    const consumer = await stage.consumer({ 'load_balancing.yaml': retries, 'chassis.yaml': failureCodes });
    await workers[0]!.tell('fail 503', 'two');
    const statuses: string[] = [];
    for (let call = 0; call < 9; call += 1) statuses.push(String((await consumer.fetch('/two')).status));
    expect(tally(statuses)).toEqual({ 200: 6, 503: 3 });
  });

  it('do not make an operation run twice that must not', async () => {
    const consumer = await stage.consumer({ 'load_balancing.yaml': retries, 'chassis.yaml': failureCodes });
    await Promise.all(workers.map((worker) => worker.tell('fail 502', 'order')));
    const before = await Promise.all(workers.map((worker) => worker.told('order')));
    const answers = await Promise.all(Array.from({ length: 6 }, () => consumer.fetch('/order', { method: 'POST' })));
    expect(tally(answers.map(({ status }) => String(status)))).toEqual({ 502: 6 });
    const after = await Promise.all(workers.map((worker) => worker.told('order')));
    expect(after.map(({ calls }, index) => calls - before[index]!.calls)).toEqual([2, 2, 2]);
  });
});

describe('all of it together', () => {
  it('routes, balances, breaks and limits by one folder of files', async () => {
    const consumer = await stage.consumer({
      'chassis.yaml': `
servicecomb:
  transport:
    failure:
      rest: http_500,http_502
  handler:
    chain:
      Consumer:
        default: ratelimiter-consumer, router, loadbalance, bizkeeper-consumer, transport
`,
      'load_balancing.yaml': 'cse:\n  loadbalance:\n    isolation:\n      enabled: false\n',
      'rate_limiting.yaml':
        'cse:\n  flowcontrol:\n    Consumer:\n      qps:\n        enabled: true\n        limit:\n          work.work.two: 10\n',
      'circuit_breaker.yaml':
        'cse:\n  circuitBreaker:\n    scope: instance-api\n    Consumer:\n      enabled: true\n      requestVolumeThreshold: 4\n',
      'router.yaml':
        'servicecomb:\n  routeRule:\n    work: |\n      - precedence: 1\n        route: [{weight: 100, tags: {version: 1.0.0}}]\n',
    });
    await workers[0]!.tell('fail 502', 'one');
    const before = await workers[0]!.told('one');
    const ones = await consumer.outcomes(60, (work) => work.one());
    expect((await workers[0]!.told('one')).calls - before.calls).toBe(4);
    const ends = tally(ones.map(({ instance, code }) => instance ?? code));
    // an instance whose circuit is open is passed over
    expect(ends['CIRCUIT_OPEN']).toBeUndefined();
    expect(ends['b']! + ends['c']!).toBe(56);
    const twos = await Promise.all(Array.from({ length: 30 }, () => consumer.outcome((work) => work.two())));
    const limited = tally(twos.map(({ instance, code }) => (instance ? 'answered' : code)));
    expect(limited['RATE_LIMITED']).toBeGreaterThanOrEqual(20);
    expect(limited['answered']).toBeGreaterThanOrEqual(2);
    expect(limited['answered']! + limited['RATE_LIMITED']!).toBe(30);
  });
});
