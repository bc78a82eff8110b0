import { Arg, remote, Returns, Schema } from '@ts-chassis/core';
import { Rpc } from '@ts-chassis/grpc';
import { expect } from 'vitest';
import { until, type ChassisOutcome } from '../../scripts/servers/servers.mjs';
import { atEachRegistry } from './servicecomb/at-each-registry.js';
import { CALLS, type CasesOf } from './servicecomb/matrix.js';
import { HelloReply } from './servicecomb/resource.js';
import { found, known, type Stage } from './servicecomb/stage.js';

@Schema({ id: 'helloworld.Greeter' })
class Greeter {
  @Rpc({ method: 'SayHello' })
  @Returns(HelloReply)
  sayHello(@Arg('name') _name: string): Promise<HelloReply> {
    return remote();
  }
}

const item = { id: 7, name: 'Pen', price: 1.5, tags: ['blue', 'thin'] };

const json = ({ body }: ChassisOutcome): Record<string, unknown> => JSON.parse(body) as Record<string, unknown>;
const statuses = (outcomes: readonly ChassisOutcome[]): number[] => outcomes.map(({ status }) => status);
const selfOf = ({ body }: ChassisOutcome): { version: string; port: number } =>
  (JSON.parse(body) as { self: { version: string; port: number } }).self;

/** How go-chassis's breaker is set: five failures of ten open it for a second. */
const hystrix = {
  cse: {
    isolation: { Consumer: { timeoutInMilliseconds: 300, maxConcurrentRequests: 100 } },
    circuitBreaker: {
      Consumer: {
        enabled: true,
        requestVolumeThreshold: 5,
        errorThresholdPercentage: 50,
        sleepWindowInMilliseconds: 1000,
      },
    },
    fallback: { Consumer: { enabled: false } },
  },
};

const cases: CasesOf<typeof CALLS, Stage> = {
  async 'go-ts-rest'(stage) {
    await stage.ts('TsProvider');
    const go = await stage.go('consumer');
    await known(go, 'TsProvider');
    const [greeted] = await go.call({
      ...{ service: 'TsProvider', path: '/greet/Ada?times=2', headers: { 'X-Mark-Of-End': '!' } },
    });
    expect([greeted!.status, json(greeted!)]).toEqual([200, { greeting: 'Hello Hello Ada!' }]);
    const [kept] = await go.call({ service: 'TsProvider', method: 'POST', path: '/items', body: item });
    expect([kept!.status, json(kept!)]).toEqual([201, item]);
    for (const status of [400, 404, 409, 503]) {
      const [failed] = await go.call({ service: 'TsProvider', path: `/fail/${status}` });
      expect([failed!.status, json(failed!)['detail']]).toEqual([status, expect.stringContaining(`${status}`)]);
    }
    const [wrong] = await go.call({ service: 'TsProvider', method: 'POST', path: '/items', body: { id: 'x' } });
    expect(wrong!.status).toBe(400);
  },

  async 'go-ts-context'(stage) {
    await stage.ts('TsProvider');
    const go = await stage.go('consumer');
    await known(go, 'TsProvider');
    const [echoed] = await go.call({
      ...{ service: 'TsProvider', path: '/echo/x', context: { user: 'peter', 'X-B3-TraceId': '463ac35c9f6413ad' } },
    });
    expect(json(echoed!)).toMatchObject({
      caller: 'GoConsumer',
      headers: {
        ...{ user: 'peter', 'x-b3-traceid': '463ac35c9f6413ad', 'x-cse-src-microservice': 'GoConsumer' },
        'x-cse-context': '{"x-cse-src-microservice":"GoConsumer"}',
      },
    });
  },

  async 'go-ts-grpc'(stage) {
    await stage.ts('TsProvider');
    const go = await stage.go('consumer');
    await known(go, 'TsProvider');
    const call = { service: 'TsProvider', protocol: 'grpc', context: { user: 'peter' } } as const;
    const [greeted] = await go.call({ ...call, body: { name: 'Ada' } });
    expect(json(greeted!)).toMatchObject({
      ...{ greeting: 'Hello Ada', caller: 'GoConsumer', headers: { user: 'peter' } },
    });
    const [failed] = await go.call({ ...call, body: { name: 'fail:404' } });
    expect([failed!.status, failed!.error]).toEqual([5, expect.stringContaining('refused with 404')]);
  },

  async 'go-ts-canary'(stage) {
    await stage.ts('TsProvider', { version: '1.0.0' });
    await stage.ts('TsProvider', { version: '1.1.0' });
    const routeRule = `TsProvider: |
      - precedence: 2
        match: { headers: { os: { exact: ios } } }
        route: [{ weight: 100, tags: { version: 1.1.0 } }]
      - precedence: 1
        route: [{ weight: 100, tags: { version: 1.0.0 } }]
`;
    const go = await stage.go('consumer', {
      files: { 'router.yaml': `servicecomb:\n  routeRule:\n    ${routeRule}` },
    });
    await known(go, 'TsProvider', 2);
    const plain = await go.call({ service: 'TsProvider', path: '/who', times: 6 });
    expect(plain.map((one) => selfOf(one).version)).toEqual(Array(6).fill('1.0.0'));
    const marked = await go.call({ service: 'TsProvider', path: '/who', times: 6, context: { os: 'ios' } });
    expect(marked.map((one) => selfOf(one).version)).toEqual(Array(6).fill('1.1.0'));
  },

  async 'go-ts-limit'(stage) {
    await stage.ts('TsProvider', {
      // as go-chassis has it
      values: { 'cse.flowcontrol.Provider.qps': { enabled: true, limit: { GoConsumer: 10 } } },
    });
    const go = await stage.go('consumer');
    await known(go, 'TsProvider');
    const all = await go.call({ service: 'TsProvider', path: '/who', forMs: 1500, everyMs: 20 });
    const refused = all.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(20);
    const passed = all.length - refused.length;
    expect([passed >= 8, passed <= 30]).toEqual([true, true]);
    expect(new Set(statuses(all))).toEqual(new Set([200, 429]));
    expect(Number(refused[0]!.headers?.['retry-after'])).toBeGreaterThan(0);
  },

  async 'go-ts-breaker'(stage) {
    const provider = await stage.ts('TsProvider');
    const go = await stage.go('consumer', {
      ...{ consumerChain: 'bizkeeper-consumer,loadbalance,transport', config: hystrix },
    });
    await known(go, 'TsProvider');
    await go.call({ service: 'TsProvider', path: '/slow?ms=600', times: 8, concurrency: 8 });
    const before = provider.received['slow'];
    const open = await go.call({ service: 'TsProvider', path: '/slow?ms=0', times: 3 });
    expect(open.map(({ error }) => error)).toEqual(Array(3).fill(expect.stringContaining('circuit open')));
    expect(provider.received['slow']).toBe(before);
    await until('a closed circuit', async () => {
      const [one] = await go.call({ service: 'TsProvider', path: '/slow?ms=0' });
      return one!.status === 200 || undefined;
    });
    expect(statuses(await go.call({ service: 'TsProvider', path: '/slow?ms=0', times: 5 }))).toEqual(
      Array(5).fill(200),
    );
  },

  async 'ts-go-rest'(stage) {
    await stage.go('provider');
    const ts = await stage.ts('TsConsumer');
    await found(ts, 'GoProvider');
    const greeted = await ts.rest.fetch('http://GoProvider/greet/Ada', {
      ...{ query: { times: 2 }, headers: { 'X-Mark-Of-End': '!' } },
    });
    expect([greeted.status, await greeted.json()]).toEqual([200, { greeting: 'Hello Hello Ada!' }]);
    const kept = await ts.rest.fetch('http://GoProvider/items', { method: 'POST', body: item });
    expect([kept.status, kept.headers.get('location'), await kept.json()]).toEqual([201, '/items/7', item]);
    for (const status of [400, 404, 409, 503]) {
      const failed = await ts.rest.fetch(`http://GoProvider/fail/${status}`);
      expect([failed.status, await failed.text()]).toEqual([status, `refused with ${status}`]);
    }
    const panicked = await ts.rest.fetch('http://GoProvider/panic');
    expect([panicked.status, await panicked.text()]).toEqual([500, 'server got a panic, plz check log.']);
  },

  async 'ts-go-context'(stage) {
    await stage.go('provider');
    const ts = await stage.ts('TsConsumer');
    await found(ts, 'GoProvider');
    const headers = { user: 'peter', 'x-b3-traceid': '463ac35c9f6413ad' };
    const echoed = (await (await ts.rest.fetch('http://GoProvider/echo/x', { headers })).json()) as {
      readonly headers: Record<string, string[]>;
    };
    expect(echoed).toMatchObject({
      caller: 'TsConsumer',
      headers: {
        ...{ user: ['peter'], 'x-b3-traceid': ['463ac35c9f6413ad'], 'x-cse-src-microservice': ['TsConsumer'] },
      },
    });
    expect(JSON.parse(echoed.headers['x-cse-context']![0]!)).toEqual({ 'x-cse-src-microservice': 'TsConsumer' });
  },

  async 'ts-go-grpc'(stage) {
    await stage.go('provider', { protocols: ['grpc'] });
    const ts = await stage.ts('TsConsumer');
    await found(ts, 'GoProvider');
    const greeter = ts.client(Greeter, { service: 'GoProvider', protocol: 'grpc', headers: { user: 'peter' } });
    expect(JSON.parse((await greeter.sayHello('Ada')).message)).toMatchObject({
      greeting: 'Hello Ada',
      metadata: { user: ['peter'], 'x-cse-src-microservice': ['TsConsumer'] },
    });
    await expect(greeter.sayHello('code:5')).rejects.toMatchObject({ kind: 'NOT_FOUND', remote: true });
    await expect(greeter.sayHello('')).rejects.toMatchObject({ kind: 'UNKNOWN', remote: true });
  },

  async 'ts-go-canary'(stage) {
    await stage.go('provider', { version: '1.0.0' });
    await stage.go('provider', { version: '1.1.0', instanceProperties: { colour: 'green' } });
    const routeRule = [
      {
        precedence: 2,
        match: { headers: { os: { exact: 'ios' } } },
        route: [{ weight: 100, tags: { colour: 'green' } }],
      },
      { precedence: 1, route: [{ weight: 100, tags: { version: '1.0.0' } }] },
    ];
    const ts = await stage.ts('TsConsumer', {
      values: { 'servicecomb.routeRule.GoProvider': JSON.stringify(routeRule) },
    });
    await found(ts, 'GoProvider', 2);
    const who = async (headers: Record<string, string>): Promise<string> => {
      const answer = await ts.rest.fetch('http://GoProvider/who', { headers });
      return ((await answer.json()) as { self: { version: string } }).self.version;
    };
    for (let call = 0; call < 6; call++) expect(await who({})).toBe('1.0.0');
    for (let call = 0; call < 6; call++) expect(await who({ os: 'ios' })).toBe('1.1.0');
  },

  async 'ts-go-limit'(stage) {
    await stage.go('provider', {
      providerChain: 'ratelimiter-provider,note-caller',
      config: { cse: { flowcontrol: { Provider: { qps: { enabled: true, limit: { TsConsumer: 2 } } } } } },
    });
    const ts = await stage.ts('TsConsumer');
    await found(ts, 'GoProvider');
    const answers = await Promise.all(Array.from({ length: 20 }, () => ts.rest.fetch('http://GoProvider/who')));
    const refused = answers.filter(({ status }) => status === 429);
    // a burst of ten, as go-chassis has it
    expect(refused.length).toBeGreaterThanOrEqual(8);
    expect(await refused[0]!.text()).toBe('');
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(8);
  },

  async 'ts-go-breaker'(stage) {
    const provider = await stage.go('provider');
    const ts = await stage.ts('TsConsumer', {
      values: {
        // as go-chassis has it
        ...hystrix,
      },
    });
    await found(ts, 'GoProvider');
    const sleep = (ms: number): Promise<unknown> =>
      ts.rest.fetch('http://GoProvider/sleep/{ms}', { path: { ms } }).then(
        ({ status }) => status,
        (error: { readonly code: string }) => error.code,
      );
    await Promise.all(Array.from({ length: 8 }, () => sleep(600)));
    const before = (await provider.received())['Sleep'];
    expect(new Set([await sleep(0), await sleep(0)])).toEqual(new Set(['CIRCUIT_OPEN']));
    expect((await provider.received())['Sleep']).toBe(before);
    await until('a closed circuit', async () => (await sleep(0)) === 200 || undefined);
    for (let call = 0; call < 5; call++) expect(await sleep(0)).toBe(200);
  },

  async 'ts-go-sticky'(stage) {
    await stage.go('provider', { instanceProperties: { which: 'a' } });
    await stage.go('provider', { instanceProperties: { which: 'b' } });
    const ts = await stage.ts('TsConsumer', {
      values: { 'cse.loadbalance.GoProvider.strategy.name': 'SessionStickiness' },
    });
    await found(ts, 'GoProvider', 2);
    const first = await ts.rest.fetch('http://GoProvider/who');
    const cookie = first.headers.getSetCookie().find((one) => one.startsWith('go-chassisLB='));
    expect(cookie).toBeDefined();
    const which = async (answer: Response): Promise<string> =>
      ((await answer.json()) as { self: { properties: { which: string } } }).self.properties.which;
    const stayed = await which(first);
    for (let call = 0; call < 8; call++) {
      const headers = { cookie: cookie!.split(';')[0]! };
      expect(await which(await ts.rest.fetch('http://GoProvider/who', { headers }))).toBe(stayed);
    }
  },
};

atEachRegistry('calls between go-chassis and us', { rows: CALLS, cases });
