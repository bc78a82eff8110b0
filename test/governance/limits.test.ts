import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tally, until } from '../fixtures/governance/outcomes.js';
import { Stage, type WorkerProcess } from '../fixtures/governance/stage.js';

let stage: Stage;
let limited: WorkerProcess;
let marked: WorkerProcess;
let open: WorkerProcess;

const chain = (handlers: string): string => `
servicecomb:
  handler:
    chain:
      Provider:
        default: ${handlers}
`;

const flowControl = `
cse:
  flowcontrol:
    Provider:
      qps:
        enabled: true
        global:
          limit: 2
        limit:
          batch: 1000
`;

const marker = `
servicecomb:
  match:
    traffic-to-show: |
      matches:
        - apiPath:
            contains: "/show"
          method:
            - GET
          trafficMarkPolicy: once
  rateLimiting:
    limiter1: |
      match: traffic-to-show
      rate: 100
      burst: 20
    limiter2: |
      match: vip
      rate: 1
      burst: 1
`;

beforeAll(async () => {
  stage = await Stage.create();
  const flow = { 'handler.yaml': chain('ratelimiter-provider'), 'rate_limiting.yaml': flowControl };
  const marks = { 'handler.yaml': chain('traffic-marker, rate-limiter'), 'governance.yaml': marker };
  [limited, marked, open] = await Promise.all([
    stage.worker('limited', { files: flow, version: '1.0.0' }),
    stage.worker('marked', { files: marks, version: '2.0.0' }),
    stage.worker('open', {
      files: { 'rate_limiting.yaml': flowControl, 'governance.yaml': marker },
      version: '3.0.0',
      trust: 'none',
    }),
  ]);
});

afterEach(() => stage.release());
afterAll(() => stage.close());

async function statuses(count: number, call: () => Promise<Response>): Promise<Record<string, number>> {
  const all = Array.from({ length: count }, async () => {
    const answer = await call();
    await answer.text();
    return String(answer.status);
  });
  return tally(await Promise.all(all));
}

describe('the limit of a provider by go-chassis keys', () => {
  it('lets two calls a second through, and tells the others when to come again', async () => {
    const began = performance.now();
    const ends: number[] = [];
    let refused: Response | undefined;
    await until(
      async () => {
        const answer = await limited.call('one');
        await answer.clone().text();
        ends.push(answer.status);
        if (answer.status === 429) refused = answer;
        return ends.filter((status) => status === 200).length;
      },
      (passed) => passed === 4,
    );
    // one at once, then one each half second
    expect(performance.now() - began).toBeGreaterThan(1400);
    expect(new Set(ends)).toEqual(new Set([200, 429]));
    expect(refused!.headers.get('retry-after')).toBe('1');
    expect(await refused!.json()).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    expect((await limited.told('one')).calls).toBe(4);
  });

  it('is its own for a caller that is named, whom a trusted listener believes', async () => {
    const named = { 'x-cse-src-microservice': 'batch' };
    expect(await statuses(50, () => limited.call('two', named))).toEqual({ 200: 50 });
    const inContext = { 'x-cse-context': '{"x-cse-src-microservice":"batch"}' };
    expect(await statuses(50, () => limited.call('two', inContext))).toEqual({ 200: 50 });
    const others = await statuses(50, () => limited.call('two', { 'x-cse-src-microservice': 'other' }));
    expect(others['429']).toBeGreaterThanOrEqual(47);
  });

  it('holds for the consumers of this framework, who say their name by themselves', async () => {
    const route = 'servicecomb:\n  routeRule:\n    work: |\n      - route: [{weight: 100, tags: {version: 1.0.0}}]\n';
    const [batch, other] = await Promise.all([
      stage.consumer({ 'router.yaml': route }, 'batch'),
      stage.consumer({ 'router.yaml': route }, 'other'),
    ]);
    expect(tally((await batch.outcomes(20, (work) => work.three())).map(({ instance }) => instance))).toEqual({
      limited: 20,
    });
    expect(tally((await other.outcomes(20, (work) => work.three())).map(({ code }) => code))).toHaveProperty(
      'RATE_LIMITED',
    );
  });
});

describe('the limit of marked traffic', () => {
  it('holds for the method and path of the rule, by rate and burst, and for nothing else', async () => {
    const { calls } = await marked.told('show');
    const began = performance.now();
    const ends = await statuses(300, () => marked.call('show/x'));
    const seconds = (performance.now() - began) / 1000;
    expect(Object.keys(ends).sort()).toEqual(['200', '429']);
    expect(ends['200']).toBeGreaterThanOrEqual(20);
    expect(ends['200']).toBeLessThanOrEqual(20 + 100 * seconds + 1);
    expect((await marked.told('show')).calls - calls).toBe(ends['200']);
    expect(await statuses(100, () => marked.call('one'))).toEqual({ 200: 100 });
    const answer = await until(
      () => marked.call('show/x'),
      ({ status }) => status === 200,
    );
    expect(await answer.json()).toMatchObject({ mark: 'traffic-to-show' });
  });
});

describe('headers that strangers made up', () => {
  it('give a caller no limit of its own on a listener that trusts nobody', async () => {
    const named = { 'x-cse-src-microservice': 'batch', 'x-cse-context': '{"x-cse-src-microservice":"batch"}' };
    const ends = await statuses(50, () => open.call('one', named));
    expect(ends['429']).toBeGreaterThanOrEqual(45);
    const answer = await until(
      () => open.call('one', named),
      ({ status }) => status === 200,
    );
    expect(await answer.json()).toMatchObject({ caller: '' });
  });

  it('give a call no mark there, where a trusted listener takes it', async () => {
    const claimed = { 'X-Mark': 'vip' };
    const taken = await statuses(20, () => marked.call('two', claimed));
    expect(taken['429']).toBeGreaterThanOrEqual(17);
    const answer = await until(
      () => open.call('two', claimed),
      ({ status }) => status === 200,
    );
    expect(await answer.json()).toMatchObject({ mark: '' });
  });
});
