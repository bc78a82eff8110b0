import { Arg, Implements, Module, remote, Remote, Returns, Schema, type Client, type Plugin } from '@ts-chassis/core';
import { TestApplication } from '@ts-chassis/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { GovernanceEvents } from '../events/governance-events.js';
import { governance } from '../plugin.js';
import { RouteSourcePort, type RouteSourceOptions } from './route-source.js';

@Schema({ id: 'catalog' })
class Catalog {
  @Returns(String)
  find(@Arg('isbn') isbn: string): Promise<string> {
    return remote();
  }
}

@Schema({ id: 'desk' })
class Desk {
  @Returns(String)
  ask(@Arg('isbn') isbn: string): Promise<string> {
    return remote();
  }
}

@Implements(Desk)
class DeskService extends Desk {
  constructor(@Remote(Catalog, { service: 'catalog' }) private readonly catalog: Client<Catalog>) {
    super();
  }
  override ask(isbn: string): Promise<string> {
    return this.catalog.find(isbn);
  }
}

@Module({ schemas: [DeskService] })
class DeskModule {}

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

type Values = Readonly<Record<string, unknown>>;

const VERSIONS = ['1.0.0', '1.1.0', '1.10.0'];

/** A desk that calls a catalog in three versions, each with an instance of its own colour. */
async function desk(values: Values = {}, plugins: readonly Plugin[] = []) {
  const builder = TestApplication.create({
    ...{ name: 'desk', modules: [DeskModule], plugins: [governance(), ...plugins] },
    configuration: { values },
  });
  for (const version of VERSIONS) {
    const metadata = { colour: version === '1.1.0' ? 'green' : 'blue' };
    builder.fakeRemote(Catalog, { service: 'catalog', version, metadata }, { find: async () => version });
  }
  const t = await builder;
  stops.push(() => t.stop());
  const ask = (headers: Readonly<Record<string, string>> = {}) => t.client(Desk, { headers }).ask('1');
  const many = async (count: number, headers: Readonly<Record<string, string>> = {}) => {
    const counts: Record<string, number> = {};
    for (let call = 0; call < count; call += 1) {
      const version = await ask(headers);
      counts[version] = (counts[version] ?? 0) + 1;
    }
    return counts;
  };
  return { t, ask, many };
}

const to = (version: string, weight = 100): Values => ({ weight, tags: { version } });
const RULES = 'servicecomb.routeRule.catalog';

describe('routing by rules', () => {
  it('shares calls by weight, and what is missing to 100 goes to the latest version', async () => {
    const { many } = await desk({
      [RULES]: '- route:\n  - {weight: 20, tags: {version: 1.0.0}}\n  - {weight: 30, tags: {version: 1.1.0}}',
    });
    expect(await many(100)).toEqual({ '1.0.0': 20, '1.1.0': 30, '1.10.0': 50 });
  });

  it('goes by headers in any case, also of the request that the call is made for, by precedence', async () => {
    const { ask } = await desk({
      [RULES]: [
        { precedence: 1, route: [to('1.0.0')] },
        { precedence: 2, match: { headers: { OS: { regex: 'IOS', caseInsensitive: 'true' } } }, route: [to('1.1.0')] },
      ],
    });
    expect(await ask()).toBe('1.0.0');
    expect(await ask({ os: 'my ios 17' })).toBe('1.1.0');
    expect(await ask({ Os: 'android' })).toBe('1.0.0');
  });

  it('goes by caller, by tags of our own instance, and by mark', async () => {
    const { ask } = await desk({
      'servicecomb.service.instanceProperties.zone': 'blue',
      'servicecomb.match.vip': 'matches: [{headers: {user: {exact: vip}}}]',
      [RULES]: [
        { precedence: 5, match: { refer: 'vip' }, route: [to('1.10.0')] },
        { precedence: 4, match: { source: 'somebody' }, route: [to('9.9.9')] },
        { precedence: 3, match: { source: 'desk', sourceTags: { zone: 'green' } }, route: [to('9.9.9')] },
        { precedence: 2, match: { source: 'desk', sourceTags: { zone: 'blue' } }, route: [to('1.1.0')] },
      ],
    });
    expect(await ask()).toBe('1.1.0');
    expect(await ask({ user: 'vip' })).toBe('1.10.0');
  });

  it('goes by a mark also where no marker stands in the chain', async () => {
    const { ask } = await desk({
      'servicecomb.handler.chain.Consumer.default': 'router,loadbalance,transport',
      'servicecomb.match.vip': 'matches: [{headers: {user: {exact: vip}}}]',
      [RULES]: [{ match: { refer: 'vip' }, route: [to('1.1.0')] }, { route: [to('1.0.0')] }],
    });
    expect([await ask({ user: 'vip' }), await ask()]).toEqual(['1.1.0', '1.0.0']);
  });

  it('takes metadata and ranges of versions for tags', async () => {
    const { t, many } = await desk({ [RULES]: [{ route: [{ tags: { colour: 'green' } }] }] });
    expect(await many(6)).toEqual({ '1.1.0': 6 });
    t.application.config.set(RULES, [{ route: [to('>=1.1.0')] }]);
    expect(Object.keys(await many(6)).sort()).toEqual(['1.1.0', '1.10.0']);
    t.application.config.set(RULES, [{ route: [to('latest')] }]);
    expect(await many(3)).toEqual({ '1.10.0': 3 });
  });

  it('leaves tags alone that the caller gave', async () => {
    const { t } = await desk({ [RULES]: [{ route: [to('1.0.0')] }] });
    const client = t.client(Catalog, { service: 'catalog', tags: { version: '1.1.0' } });
    expect(await client.find('1')).toBe('1.1.0');
  });

  it('tells which rule chose what', async () => {
    const { t, ask } = await desk({
      [RULES]: [{ match: { headers: { a: 'b' } }, route: [to('1.1.0')] }, { route: [to('1.0.0')] }],
    });
    const told: unknown[] = [];
    t.get(GovernanceEvents).on('routed', (event) => told.push(event));
    await ask();
    expect(told).toEqual([
      { service: 'catalog', operation: 'catalog.find', rule: 'catalog[1]', tags: { version: '1.0.0' } },
    ]);
  });
});

describe('a subset without instances', () => {
  it.each([
    ['fails, naming the tags', undefined, /NO_INSTANCE|no|9\.9\.9/],
    ['fails where the rule says so', 'fail', /9\.9\.9/],
  ])('%s', async (_what, fallback, message) => {
    const { ask } = await desk({ [RULES]: [{ route: [to('9.9.9')], ...(fallback && { fallback }) }] });
    await expect(ask()).rejects.toThrow(message);
  });

  it.each([
    ['another version', { version: '1.1.0' }, ['1.1.0']],
    ['the latest', 'latest', ['1.10.0']],
    ['each in turn', [{ version: '8' }, { colour: 'green' }], ['1.1.0']],
    ['anyone', [{ version: '8' }, 'any'], [...VERSIONS].sort()],
  ])('falls back to %s', async (_what, fallback, expected) => {
    const { many } = await desk({ [RULES]: [{ route: [to('9.9.9')], fallback }] });
    expect(Object.keys(await many(9)).sort()).toEqual(expected);
  });
});

describe('a canary by user', () => {
  it('keeps each user on one version, and moves only users to the version whose weight is raised', async () => {
    const rule = (weight: number) => [
      { hash: { header: 'X-User' }, route: [to('1.1.0', weight), to('1.0.0', 100 - weight)] },
    ];
    const { t, ask } = await desk({ [RULES]: rule(20) });
    const users = Array.from({ length: 60 }, (_, number) => `user ${number}`);
    const versions = () => Promise.all(users.map((user) => ask({ 'x-user': user })));
    const before = await versions();
    expect(await versions()).toEqual(before);
    t.application.config.set(RULES, rule(50));
    const after = await versions();
    expect(new Set(after).size).toBe(2);
    after.forEach((version, at) => expect([before[at], '1.1.0']).toContain(version));
    expect(after).not.toEqual(before);
  });

  it('knows users by a cookie; calls without a user go by weight', async () => {
    const { ask, many } = await desk({
      [RULES]: [{ hash: { cookie: 'id' }, route: [to('1.1.0', 50), to('1.0.0', 50)] }],
    });
    const first = await ask({ cookie: 'a=b; id=ann' });
    for (let call = 0; call < 5; call += 1) expect(await ask({ cookie: 'id=ann; c=d' })).toBe(first);
    expect(await many(10)).toEqual({ '1.0.0': 5, '1.1.0': 5 });
  });
});

describe('calls without a rule', () => {
  it.each([
    [{}, VERSIONS],
    [{ 'servicecomb.router.latest': 'always' }, ['1.10.0']],
    [{ 'servicecomb.router.latest': 'never' }, VERSIONS],
  ])('with %j go to %j', async (values, expected) => {
    const { many } = await desk(values);
    expect(Object.keys(await many(9)).sort()).toEqual([...expected].sort());
  });

  it('change when the switch changes; tags without a version then mean the latest too', async () => {
    const { t, many } = await desk({ [RULES]: [{ route: [{ tags: { colour: 'blue' } }] }] });
    expect(Object.keys(await many(4)).sort()).toEqual(['1.0.0', '1.10.0']);
    t.application.config.set('servicecomb.router.latest', 'always');
    expect(await many(4)).toEqual({ '1.10.0': 4 });
  });
});

describe('changed rules', () => {
  it('hold from the next call on; those that cannot be right change nothing; unchanged ones go on where they were', async () => {
    const half = { route: [to('1.0.0', 50), to('1.1.0', 50)] };
    const { t, ask } = await desk({ [RULES]: [half] });
    const first = await ask();
    const set = (rules: unknown) => t.application.config.set(RULES, rules);
    for (const bad of [
      [{ route: [] }],
      'a: b',
      [{ route: [to('1', 101)] }],
      [{ route: [to('1', -1)] }],
      [{ match: { headers: { a: { rgex: 'x' } } }, route: [to('1')] }],
    ]) {
      expect(() => set(bad)).toThrow();
    }
    set([half, { precedence: 1, match: { headers: { x: 'y' } }, route: [to('1.10.0')] }]);
    expect(await ask()).not.toBe(first);
    expect(await ask({ x: 'y' })).toBe('1.10.0');
    t.application.config.delete(RULES);
    expect(new Set([await ask(), await ask(), await ask()]).size).toBe(3);
  });

  it('may be 10,000, found by header without trying each, and none throws', async () => {
    const rules = Array.from({ length: 10_000 }, (_, number) => ({
      precedence: number,
      match: { headers: { tenant: `t${number}` } },
      route: [to(VERSIONS[number % 3]!)],
    }));
    const { ask } = await desk({ [RULES]: rules });
    expect(await ask({ tenant: 't9998' })).toBe(VERSIONS[9998 % 3]);
    expect(await ask({ tenant: 't0' })).toBe('1.0.0');
    expect(VERSIONS).toContain(await ask({ tenant: 'nobody' }));
  });
});

describe('dark-launch policies of version 1', () => {
  const policy = JSON.stringify({
    policyType: 'RULE',
    ruleItems: [
      { groupName: 's', groupCondition: 'version=1.1.0', policyCondition: 'user_name=ann', caseInsensitive: false },
    ],
  });

  it('route, until the service has rules of version 2', async () => {
    const { t, ask } = await desk({ 'servicecomb.darklaunch.policy.catalog': policy });
    expect(await ask({ UserName: 'ann' })).toBe('1.1.0');
    t.application.config.set(RULES, [{ route: [to('1.0.0')] }]);
    expect(await ask({ UserName: 'ann' })).toBe('1.0.0');
  });
});

describe('rules of another source', () => {
  it('are pushed, replaced, and refused like those of the configuration', async () => {
    let given: RouteSourceOptions | undefined;
    const log: string[] = [];
    const plugin: Plugin = {
      name: 'pilot',
      install: (host) =>
        host.extend(RouteSourcePort, 'pilot', () => ({
          start: (options) => {
            given = options;
            options.push({ catalog: [{ route: [to('1.0.0')] }] });
            return () => void log.push('stopped');
          },
        })),
    };
    const { t, many } = await desk(
      {
        'servicecomb.router.infra': 'pilot',
        'servicecomb.router.address': 'grpc://pilot:15010',
        [RULES]: [{ route: [to('1.10.0')] }],
      },
      [plugin],
    );
    expect(given!.addresses).toEqual(['grpc://pilot:15010']);
    expect(await many(3)).toEqual({ '1.0.0': 3 });
    given!.push({ catalog: '- route: [{weight: 100, tags: {version: 1.1.0}}]' });
    expect(await many(3)).toEqual({ '1.1.0': 3 });
    given!.push({ catalog: [{ route: [] }] });
    given!.push({ catalog: [{ match: { headers: { a: { none: 'x' } } }, route: [to('1')] }] });
    expect(await many(3)).toEqual({ '1.1.0': 3 });
    given!.push({});
    expect(Object.keys(await many(3))).toHaveLength(3);
    await t.stop();
    expect(log).toEqual(['stopped']);
  });

  it('that nobody brings refuse the start', async () => {
    await expect(desk({ 'servicecomb.router.infra': 'pilott' })).rejects.toThrow(
      'no source of rules is called "pilott"',
    );
  });
});
