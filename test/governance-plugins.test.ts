import {
  Injectable,
  Module,
  remote,
  Remote,
  Returns,
  Schema,
  withOptions,
  type Client,
  type PlannedHandler,
  type Plugin,
  type PluginHost,
} from '@ts-chassis/core';
import {
  CircuitReporterPort,
  controlPanel,
  definePolicy,
  FallbackPort,
  FaultInjectorPort,
  governance,
  InstanceFilterPort,
  LimitStorePort,
  LoadBalancingStrategy,
  MatchOperatorPort,
  Quota,
  QuotaPort,
  RouteSourcePort,
  type BalancedInstance,
  type BalancingStrategy,
  type CircuitSnapshot,
  type Limit,
} from '@ts-chassis/governance';
import { Get, Param } from '@ts-chassis/rest';
import { TestApplication } from '@ts-chassis/testing';
import { afterEach, describe, expect, it } from 'vitest';

// Every plug-in point of governance, with a plug-in that knows no more than what the packages export; docs/plugins.md lists them.

@Schema({ id: 'catalog', path: '/books' })
class Catalog {
  @Get('/:isbn')
  @Returns(String)
  version(@Param('isbn') _isbn: string): Promise<string> {
    return remote();
  }
}

@Injectable()
class Reader {
  constructor(@Remote(Catalog) readonly catalog: Client<Catalog>) {}
}

@Module({ providers: [Reader] })
class ReaderModule {}

const running: TestApplication[] = [];
afterEach(async () => {
  for (const t of running.splice(0)) await t.stop();
});

interface Desk {
  readonly t: TestApplication;
  /** Asks for a book so many times; gives the versions that answered. */
  many(times: number): Promise<string[]>;
}

/** A consumer of a catalog in the versions 1.0.0 and 1.1.0. */
async function desk(
  values: Readonly<Record<string, unknown>>,
  plugin: Plugin | ((host: PluginHost) => void),
  options: Parameters<typeof governance>[0] = {},
): Promise<Desk> {
  const plugins = [governance(options), typeof plugin === 'function' ? { name: 'outside', install: plugin } : plugin];
  const fake = (version: string): { version: () => Promise<string> } => ({ version: () => Promise.resolve(version) });
  const t = await TestApplication.create({ modules: [ReaderModule], plugins, configuration: { values } })
    .fakeRemote(Catalog, { version: '1.0.0' }, fake('1.0.0'))
    .fakeRemote(Catalog, { version: '1.1.0' }, fake('1.1.0'))
    .virtualClock();
  running.push(t);
  const many = async (times: number): Promise<string[]> => {
    const versions: string[] = [];
    for (let count = 0; count < times; count += 1) versions.push(await t.get(Reader).catalog.version('1'));
    return versions;
  };
  return { t, many };
}

@LoadBalancingStrategy('oldest')
class Oldest implements BalancingStrategy {
  pick(nodes: readonly BalancedInstance[]): BalancedInstance | undefined {
    return [...nodes].sort((a, b) => a.instance.version.localeCompare(b.instance.version))[0];
  }
}

describe('a plug-in from outside', () => {
  it('brings a strategy of load balancing', async () => {
    const { many } = await desk({ 'cse.loadbalance.strategy.name': 'oldest' }, () => undefined, {
      strategies: [Oldest],
    });
    expect(await many(4)).toEqual(['1.0.0', '1.0.0', '1.0.0', '1.0.0']);
  });

  it('brings a filter of instances', async () => {
    const { many } = await desk({ 'cse.loadbalance.serverListFilters': 'newer' }, (host) =>
      host.extend(InstanceFilterPort, 'newer', () => ({
        filter: (instances) => instances.filter(({ version }) => version !== '1.0.0'),
      })),
    );
    expect(await many(3)).toEqual(['1.1.0', '1.1.0', '1.1.0']);
  });

  it('brings an operator of matching', async () => {
    const values = {
      'servicecomb.match.even': { matches: [{ headers: { isbn: { even: true } } }] },
      'servicecomb.routeRule.catalog': [
        { match: { refer: 'even' }, route: [{ weight: 100, tags: { version: '1.1.0' } }] },
        { precedence: -1, route: [{ weight: 100, tags: { version: '1.0.0' } }] },
      ],
    };
    const { t } = await desk(values, (host) =>
      host.extend(MatchOperatorPort, 'even', () => ({ compile: () => (value) => Number(value) % 2 === 0 })),
    );
    const { catalog } = t.get(Reader);
    const ask = (isbn: string): Promise<string> => withOptions(catalog, { headers: { isbn } }).version(isbn);
    expect([await ask('2'), await ask('3')]).toEqual(['1.1.0', '1.0.0']);
  });

  it('brings a kind of governance, with its key and its handler', async () => {
    const Pause = definePolicy<{ readonly ms: number }>({
      name: 'pause',
      decorator: 'Pause',
      description: 'Refuses to hurry.',
      fields: { ms: { type: 'integer', minimum: 0, description: 'Milliseconds before each call.' } },
      defaults: { ms: 0 },
      handlers: { consumer: 'pause' },
    });
    const pauses: number[] = [];
    const pausing: PlannedHandler = {
      plan(context, next) {
        const ms = context.policy(Pause)?.value.ms ?? 0;
        if (ms === 0) return next;
        return (invocation) => {
          pauses.push(ms);
          return next(invocation);
        };
      },
    };
    const { many } = await desk({ 'servicecomb.governance.pause.services.catalog.ms': 7 }, (host) => {
      host.policy(Pause);
      host.section(Pause.section);
      host.handler({ name: 'pause', side: 'consumer', everywhere: true, make: () => pausing });
    });
    await many(2);
    expect(pauses).toEqual([7, 7]);
  });

  it('brings a control panel', async () => {
    const panel = controlPanel('mesh', ({ limit }) => ({
      load: () => Promise.resolve({ rateLimit: { consumer: { services: { catalog: { rate: limit, burst: 1 } } } } }),
    }));
    const { many } = await desk({ 'control.infra': 'mesh', 'control.settings.limit': 1 }, panel);
    await expect(many(2)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('brings a fault injector for a protocol', async () => {
    const values = { 'servicecomb.governance.faultInjection.consumer.abort': { percent: 100, httpStatus: 503 } };
    const injected: unknown[] = [];
    const { many } = await desk(values, (host) =>
      host.extend(FaultInjectorPort, 'memory', () => ({
        inject: ({ abort }) => void injected.push(abort.httpStatus),
      })),
    );
    expect(await many(2)).toHaveLength(2);
    expect(injected).toEqual([503, 503]);
  });

  it('brings a fallback by name', async () => {
    const values = {
      'cse.fallback.Consumer.force': true,
      'cse.fallbackpolicy.Consumer.policy': 'last-known',
    };
    const { many } = await desk(values, (host) =>
      host.extend(
        FallbackPort,
        'last-known',
        () =>
          (_error, { operation }) =>
            `last known of ${operation.id}`,
      ),
    );
    expect(await many(1)).toEqual(['last known of catalog.version']);
  });

  it('brings a reporter of circuits', async () => {
    const seen: (readonly CircuitSnapshot[])[] = [];
    const { t, many } = await desk({ 'cse.circuitBreaker.Consumer.enabled': true }, (host) =>
      host.extend(CircuitReporterPort, 'list', () => ({ report: (circuits) => void seen.push(circuits) })),
    );
    await many(1);
    await t.clock.advance(10_000);
    expect(seen.at(-1)?.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'Consumer.catalog.catalog.version closed',
    ]);
  });

  it('brings a source of route rules', async () => {
    const { many } = await desk({ 'servicecomb.router.infra': 'pilot' }, (host) =>
      host.extend(RouteSourcePort, 'pilot', () => ({
        start({ push }) {
          push({ catalog: [{ route: [{ weight: 100, tags: { version: '1.1.0' } }] }] });
          return () => undefined;
        },
      })),
    );
    expect(await many(3)).toEqual(['1.1.0', '1.1.0', '1.1.0']);
  });

  it('brings a store of limits', async () => {
    const taken: Limit[] = [];
    const values = { 'servicecomb.governance.rateLimit.consumer': { rate: 9, store: 'stingy' } };
    const { many } = await desk(values, (host) =>
      host.extend(LimitStorePort, 'stingy', () => ({
        take: (_key, limit) => (taken.push(limit) < 3 ? { allowed: true, waitMs: 0 } : { allowed: false, waitMs: 400 }),
      })),
    );
    await expect(many(3)).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 400 });
    expect(taken).toHaveLength(3);
  });

  it('brings a manager of quotas', async () => {
    const values = { 'servicecomb.quota.plugin': 'fixed' };
    const { t } = await desk(values, (host) =>
      host.extend(QuotaPort, 'fixed', () => () => ({ quota: () => Promise.resolve({ limit: 10, used: 9 }) })),
    );
    const quota = t.get(Quota);
    await quota.preCreate('acme', 'default', { resource: 'book' });
    await expect(quota.preCreate('acme', 'default', { resource: 'book', count: 2 })).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
    });
  });
});
