import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createApplication,
  Injectable,
  Module,
  OwnInstance,
  Remote,
  remote,
  Returns,
  Schema,
  silentLogger,
  systemClock,
  VirtualClock,
  type Application,
  type Client,
} from '@ts-chassis/core';
import { Get, Param, rest } from '@ts-chassis/rest';
import { memory } from '@ts-chassis/testing';
import { CuttableLink } from './cuttable-link.fixture.js';
import { startDevRegistry, type DevRegistry } from './dev-registry/index.js';
import { ServiceIndex } from './discovery/service-index.js';
import { kie } from './kie/kie.js';
import { serviceCenter } from './plugin.js';
import { RunningTime } from './running-time.fixture.js';

@Schema({ id: 'catalog', path: '/catalog' })
class Catalog {
  @Get('/{isbn}')
  @Returns(String)
  async find(@Param('isbn') isbn: string): Promise<string> {
    return `book ${isbn}`;
  }
}

@Schema({ id: 'catalog', path: '/catalog' })
class CatalogContract {
  @Get('/{isbn}')
  @Returns(String)
  find(@Param('isbn') _isbn: string): Promise<string> {
    return remote();
  }
}

@Injectable()
class Orders {
  constructor(
    @Remote(CatalogContract, { service: 'catalog' }) readonly catalog: Client<CatalogContract>,
    readonly index: ServiceIndex,
    readonly own: OwnInstance,
  ) {}
}

@Module({ providers: [Orders] })
class OrdersModule {}

@Module({ schemas: [Catalog] })
class CatalogModule {}

type Values = Readonly<Record<string, unknown>>;

/** Of all applications: what they share must be nothing. */
const plugin = serviceCenter();

let clock: VirtualClock;
let registry: DevRegistry;
let link: CuttableLink;
let applications: Application[];
let time: RunningTime;

beforeEach(async () => {
  clock = new VirtualClock();
  registry = await startDevRegistry({ port: 0, clock, leaseMs: 30_000 });
  link = await CuttableLink.to(registry.port);
  applications = [];
  time = new RunningTime(clock);
});

afterEach(async () => {
  await Promise.all(applications.map((application) => application.stop()));
  await Promise.all([link.cut(), registry.close()]);
  await time.stop();
});

function applicationOf(module: new () => unknown, name: string, values: Values = {}): Application {
  const application = createApplication({
    modules: [module],
    plugins: [rest(), memory(), plugin, kie()],
    clock,
    logger: silentLogger,
    signals: false,
    configuration: {
      ...{ directory: false, environment: false, commandLine: false },
      values: {
        'servicecomb.registry.address': link.url,
        'servicecomb.registry.heartbeat.interval': '10s',
        'servicecomb.registry.refreshInterval': '1s',
        // of virtual time, of which real sockets know nothing
        'servicecomb.registry.serviceCenter.timeout': '600s',
        'servicecomb.config.client.enabled': false,
        'servicecomb.service.name': name,
        'servicecomb.service.instanceProperties.zone': 'a',
        'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
        'servicecomb.lifecycle.drainDelay': 0,
        ...values,
      },
    },
  });
  applications.push(application);
  return application;
}

async function started(module: new () => unknown, name: string, values?: Values): Promise<Application> {
  const application = applicationOf(module, name, values);
  await application.start();
  return application;
}

/** Once something holds, in the time that runs by itself. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await systemClock.sleep(1);
}

async function alwaysFor(ms: number, look: () => void): Promise<void> {
  const end = clock.elapsed() + ms;
  const { stepMs } = time;
  time.stepMs = 100;
  await until(() => {
    look();
    return clock.elapsed() > end;
  });
  time.stepMs = stepMs;
}

function never(): never {
  throw new Error('the registry has no instance');
}

/** How many instances of the catalog the registry has. */
function catalogs(): number {
  const service = registry.services().find(({ serviceName }) => serviceName === 'catalog');
  return registry.instances().filter(({ serviceId }) => serviceId === service?.serviceId).length;
}

/** What the registry has, without times. */
function instances(): readonly object[] {
  const timeless = registry.instances().map(({ timestamp: _, modTimestamp: __, ...said }) => said);
  return timeless.sort((a, b) => (a.instanceId! < b.instanceId! ? -1 : 1));
}

describe('serviceCenter', { timeout: 30_000 }, () => {
  it('announces an application with its contracts, by which another finds and calls it, until it stops', async () => {
    const catalog = await started(CatalogModule, 'catalog');
    const orders = await started(OrdersModule, 'orders');
    expect(await orders.get(Orders).catalog.find('42')).toBe('book 42');
    expect(registry.services().map(({ serviceName, schemas }) => [serviceName, schemas])).toEqual(
      expect.arrayContaining([
        ['catalog', ['catalog']],
        ['orders', undefined],
      ]),
    );
    const [instance] = registry.instances().filter(({ properties }) => properties?.['zone'] === 'a');
    expect(instance).toMatchObject({ status: 'UP', endpoints: [expect.stringMatching(/^rest:\/\/127\.0\.0\.1:\d+$/)] });
    await catalog.stop();
    expect(catalogs()).toBe(0);
  });

  it('starts while the registry is out of reach, and announces the application when it is back', async () => {
    await link.cut();
    await started(CatalogModule, 'catalog');
    expect(registry.services()).toEqual([]);
    await link.mend();
    await until(() => catalogs() === 1);
    const [service] = registry.services();
    expect(service?.schemas).toEqual(['catalog']);
  });

  it('brings back services, contracts and instances when the registry lost all it knew, and no call fails meanwhile', async () => {
    await started(CatalogModule, 'catalog');
    const orders = await started(OrdersModule, 'orders', { 'servicecomb.registry.watch': true });
    const { catalog } = orders.get(Orders);
    await catalog.find('1');
    const before = instances();
    const { port } = registry;
    await registry.close();
    registry = await startDevRegistry({ port, clock });
    expect(registry.services()).toEqual([]);
    const end = clock.elapsed() + 10_000;
    while (clock.elapsed() < end || instances().length < before.length) expect(await catalog.find('2')).toBe('book 2');
    expect(instances()).toEqual(before);
    expect(registry.services().find(({ serviceName }) => serviceName === 'catalog')?.schemas).toEqual(['catalog']);
  });

  it('lives through an outage in which its lease ends, by a websocket or by requests', async () => {
    await started(CatalogModule, 'catalog', { 'servicecomb.registry.heartbeat.mode': 'ping-pong' });
    await until(() => catalogs() === 1);
    await link.cut();
    time.stepMs = 100;
    await until(() => catalogs() === 0);
    await link.mend();
    await until(() => catalogs() === 1);
    await alwaysFor(60_000, () => expect(catalogs()).toBe(1));
  });

  it('is kept alive by the websocket alone, and announced again when the registry says by it that it is gone', async () => {
    await registry.close();
    registry = await startDevRegistry({ port: registry.port, clock, leaseMs: 30_000, pingMs: 5000 });
    await started(CatalogModule, 'catalog', {
      'servicecomb.registry.heartbeat.mode': 'ping-pong',
      'servicecomb.registry.heartbeat.interval': '600s',
    });
    await alwaysFor(60_000, () => expect(catalogs()).toBe(1));
    const [{ serviceId, instanceId } = never()] = registry.instances();
    const path = `/v4/default/registry/microservices/${serviceId}/instances/${instanceId}`;
    await fetch(`${registry.url}${path}`, { method: 'DELETE' });
    expect(catalogs()).toBe(0);
    const end = clock.elapsed() + 20_000;
    await until(() => catalogs() === 1);
    expect(clock.elapsed()).toBeLessThan(end);
    expect(registry.instances()[0]?.instanceId).toBe(instanceId);
    await alwaysFor(60_000, () => expect(catalogs()).toBe(1));
  });

  it('logs in, and refuses to start without an account, or with a wrong one', async () => {
    await registry.close();
    const account = { name: 'shop', password: 'only-for-tests' };
    registry = await startDevRegistry({ port: registry.port, clock, accounts: [account] });
    const name = 'servicecomb.credentials.account.name';
    const password = 'servicecomb.credentials.account.password';
    for (const wrong of [{}, { [name]: 'shop', [password]: 'guessed' }]) {
      await expect(started(CatalogModule, 'catalog', wrong)).rejects.toMatchObject({ code: 'REGISTRY_UNAUTHORIZED' });
    }
    await started(CatalogModule, 'catalog', { [name]: account.name, [password]: account.password });
    expect(catalogs()).toBe(1);
  });

  it('keeps what the program changed of its instance through a loss of the registry', async () => {
    const orders = await started(OrdersModule, 'orders');
    const { own } = orders.get(Orders);
    await own.update({ status: 'OUTOFSERVICE', metadata: { zone: 'b' } });
    expect(registry.instances()).toMatchObject([{ status: 'OUTOFSERVICE', properties: { zone: 'b' } }]);
    const { port } = registry;
    await registry.close();
    registry = await startDevRegistry({ port, clock });
    time.stepMs = 100;
    await until(() => registry.instances().length === 1);
    expect(registry.instances()).toMatchObject([{ status: 'OUTOFSERVICE', properties: { zone: 'b' } }]);
  });

  it('shares nothing between the applications of one process', async () => {
    const catalog = await started(CatalogModule, 'catalog');
    const orders = await started(OrdersModule, 'orders');
    const names = registry.services().map(({ serviceName }) => serviceName);
    expect(names.sort()).toEqual(['catalog', 'orders']);
    await orders.stop();
    await alwaysFor(60_000, () => expect(catalogs()).toBe(1));
    expect(registry.instances()).toHaveLength(1);
    await catalog.stop();
    expect(registry.instances()).toEqual([]);
  });

  it('plays one role alone where another registry has the others', async () => {
    const orders = applicationOf(OrdersModule, 'orders', {
      'servicecomb.registry.discovery.type': 'static',
      'servicecomb.registry.contractDiscovery.type': 'memory',
    });
    await orders.start();
    await expect(orders.get(Orders).catalog.find('1')).rejects.toMatchObject({ code: 'NO_INSTANCE' });
    expect(orders.get(Orders).index.serviceAt('127.0.0.1')).toBeUndefined();
    expect(orders.get(Orders).index.servicesWith('com.example.Catalog')).toEqual([]);
    expect(registry.services().map(({ serviceName }) => serviceName)).toEqual(['orders']);
  });

  it.each([
    [{ 'servicecomb.service.name': 'my catalog' }, 'servicecomb.service.name: service-center takes'],
    [{ 'servicecomb.registry.address': '', 'servicecomb.registry.type': 'servicecenter' }, 'at least one address'],
    [
      { 'servicecomb.registry.address': 'http://', 'servicecomb.registry.type': 'servicecenter' },
      'expected an address',
    ],
    [{ 'servicecomb.service.schemas': ['my catalog'] }, 'servicecomb.service.schemas: service-center takes'],
    [{ 'servicecomb.registry.serviceCenter.timeout': '0' }, 'serviceCenter.timeout: expected at least 1 (mill'],
    [
      { 'servicecomb.registry.serviceCenter.healthCheckInterval': '100ms' },
      'serviceCenter.healthCheckInterval: expected at least 1000 (milliseconds), got "100ms"',
    ],
  ])('refuses to start with %j', async (values, message) => {
    await expect(started(CatalogModule, 'catalog', values)).rejects.toThrow(message);
    expect(registry.services()).toEqual([]);
  });
});
