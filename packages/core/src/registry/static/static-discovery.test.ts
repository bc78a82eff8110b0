import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { Live } from '../../config/config.js';
import type { DnsRegistryValues } from '../../config/sections/registry-dns.js';
import type { StaticRegistryValues } from '../../config/sections/registry-static.js';
import { silentLogger } from '../../telemetry/logger.js';
import { DnsDiscovery } from '../dns/dns-discovery.js';
import type { InstanceChange } from '../ports.js';
import { StaticDiscovery } from './static-discovery.js';

const query = { environment: '', app: 'default', service: 'catalog' };

/** A value that is changed by hand. */
class Changing<T> extends Live<T> {
  readonly listeners = new Set<(value: T, before: T) => void>();

  constructor(public value: T) {
    super();
  }

  onChange(run: (value: T, before: T) => void): () => void {
    this.listeners.add(run);
    return () => void this.listeners.delete(run);
  }

  set(value: T): void {
    const before = this.value;
    this.value = value;
    for (const run of this.listeners) run(value, before);
  }
}

const common = { clock: new VirtualClock(), logger: silentLogger };

describe('StaticDiscovery', () => {
  const setup = (
    values: StaticRegistryValues,
  ): { services: Changing<StaticRegistryValues>; discovery: StaticDiscovery } => {
    const services = new Changing(values);
    return { services, discovery: new StaticDiscovery({ ...common, services }) };
  };

  it('gives an instance for each item', async () => {
    const { discovery } = setup({
      catalog: [
        'rest://[::1]:8080?sslEnabled=true',
        { endpoints: ['rest://h:1', 'grpc://h:2'], version: '2.0.0', metadata: { colour: 'red' } },
      ],
    });
    const found = await discovery.find(query);
    expect(found).toEqual([
      expect.objectContaining({ ...query, version: '0.0.1', status: 'UP', hostName: '::1' }),
      expect.objectContaining({ version: '2.0.0', metadata: { colour: 'red' }, hostName: 'h' }),
    ]);
    expect(found[0]!.endpoints).toEqual([{ listener: 'rest', host: '::1', port: 8080, ssl: true }]);
    expect(found[1]!.endpoints.map(({ listener, port }) => [listener, port])).toEqual([
      ['rest', 1],
      ['grpc', 2],
    ]);
    expect(await discovery.suspect(found[0]!)).toBe(true);
  });

  it('knows nobody else, not even what every object has', async () => {
    const { discovery } = setup({});
    expect(await discovery.find(query)).toEqual([]);
    expect(await discovery.find({ ...query, service: 'constructor' })).toEqual([]);
  });

  it('follows the configuration, keeps what was good, and lets go at close', async () => {
    const { services, discovery } = setup({ catalog: ['rest://a:1', 'rest://b:1'] });
    const [a] = await discovery.find(query);
    const changes: InstanceChange[] = [];
    const changed = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    discovery.watch(query, (change) => changes.push(change));
    services.set({ catalog: ['rest://b:1', 'rest://c:1'] });
    await changed();
    expect(changes.map(({ added, removed }) => [added[0]?.hostName, removed[0]?.hostName])).toEqual([['c', 'a']]);
    expect(await discovery.suspect(a!)).toBe(false);
    services.set({ catalog: ['rest://b:70000'] });
    await changed();
    expect(discovery.peek(query)?.map(({ hostName }) => hostName)).toEqual(['b', 'c']);
    await discovery.close();
    expect(services.listeners.size).toBe(0);
  });

  it('names the key of an endpoint that is none', async () => {
    const { discovery } = setup({ catalog: ['rest://a:70000'] });
    const refused = await discovery.find(query).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'REGISTRY_UNAVAILABLE', cause: { code: 'CONFIG_INVALID' } });
    expect((refused as Error).cause).toMatchObject({
      message: expect.stringMatching(/registry\.static\.catalog.*rest:\/\/a:70000/) as string,
    });
  });
});

describe('DnsDiscovery', () => {
  const setup = (values: DnsRegistryValues): { live: Changing<DnsRegistryValues>; discovery: DnsDiscovery } => {
    const live = new Changing(values);
    return { live, discovery: new DnsDiscovery({ ...common, values: live }) };
  };

  it('gives one instance by name for any service', async () => {
    const { discovery } = setup({
      endpoints: ['rest://{service}.{app}.{environment}.svc:8080', 'grpc://{service}:9090?sslEnabled=true'],
      services: {},
    });
    const found = await discovery.find({ environment: 'prod', app: 'shop', service: 'catalog' });
    expect(found).toHaveLength(1);
    expect(found[0]!.endpoints).toEqual([
      { listener: 'rest', host: 'catalog.shop.prod.svc', port: 8080, ssl: false },
      { listener: 'grpc', host: 'catalog', port: 9090, ssl: true },
    ]);
    expect(await discovery.suspect(found[0]!)).toBe(true);
  });

  it('lets single services differ, follows the configuration, and updates the one instance', async () => {
    const { live, discovery } = setup({
      endpoints: ['rest://{service}:80'],
      services: { catalog: ['rest://books.example.org:443'] },
    });
    const [books] = await discovery.find(query);
    expect(books!.hostName).toBe('books.example.org');
    expect((await discovery.find({ ...query, service: 'orders' }))[0]!.hostName).toBe('orders');
    const changes: InstanceChange[] = [];
    discovery.watch(query, (change) => changes.push(change));
    live.set({ endpoints: ['rest://{service}.svc:80'], services: {} });
    await new Promise((resolve) => setImmediate(resolve));
    expect(changes.map(({ updated, added, removed }) => [updated[0]?.hostName, added.length, removed.length])).toEqual([
      ['catalog.svc', 0, 0],
    ]);
    await discovery.close();
    expect(live.listeners.size).toBe(0);
  });

  it('refuses a service whose name makes no endpoint', async () => {
    const { discovery } = setup({ endpoints: ['rest://{service}:80'], services: {} });
    const refused = await discovery.find({ ...query, service: 'a/b' }).catch((error: unknown) => error as Error);
    expect((refused as Error).cause).toMatchObject({
      message: expect.stringMatching(/"rest:\/\/\{service\}:80".*"a\/b".*got "rest:\/\/a\/b:80"/) as string,
    });
  });
});
