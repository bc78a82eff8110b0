import { createServer, type AddressInfo, type Server } from 'node:net';
import {
  seededRandom,
  VirtualClock,
  type Discovery,
  type Instance,
  type InstanceChange,
  type ServiceQuery,
  type TlsMaterials,
} from '@ts-chassis/core';
import { registryContext } from '@ts-chassis/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startDevRegistry, type DevRegistry } from '../dev-registry/index.js';
import { connectServiceCenter } from '../service-center/connect-service-center.js';
import type { ServiceCenter } from '../service-center/service-center.js';
import { configOf } from '../session/config-of.fixture.js';
import { SharedSessions } from '../session/shared-sessions.js';
import { ServiceCenterDiscovery } from './service-center-discovery.js';

const catalog: ServiceQuery = { environment: '', app: 'default', service: 'catalog' };
const STEP_MS = 20;

const clock = new VirtualClock();
const registryClock = new VirtualClock();
let registry: DevRegistry;
let provider: ServiceCenter;
let listener: Server;
let isRunning: boolean;
let running: Promise<void>;
let ends: (() => Promise<unknown>)[];

/** Another application, and its session with the registry. */
function contextOf(service: string, registrySettings: object = {}) {
  return registryContext({
    ...{ clock, random: seededRandom(3), addresses: [registry.url] },
    identity: { environment: '', app: 'default', service, version: '1.0.0' },
    config: configOf({ 'servicecomb.registry': registrySettings }),
    tls: { control: () => Promise.resolve(undefined) } as unknown as TlsMaterials,
  });
}

function discoveryWith(settings: object): ServiceCenterDiscovery {
  const context = contextOf('consumer', settings);
  const session = new SharedSessions(connectServiceCenter).take(context, 'serviceDiscovery.Consumer');
  const discovery = new ServiceCenterDiscovery(context, session);
  ends.push(() => discovery.close());
  return discovery;
}

/** Registers an instance at a port where somebody listens. */
async function announce(instanceId: string, more: object = {}): Promise<string> {
  const serviceId = await provider.createService({ appId: 'default', serviceName: 'catalog', version: '1.0.0' });
  const { port } = listener.address() as AddressInfo;
  await provider.createInstance({
    ...{ instanceId, serviceId, hostName: 'h', status: 'UP', endpoints: [`rest://127.0.0.1:${port}`] },
    ...more,
  });
  return serviceId;
}

/** Resolves once the list is as wanted. */
function seen(discovery: Discovery, wanted: (ids: readonly string[]) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (list: readonly Instance[] | undefined): void => {
      if (!list || !wanted(list.map(({ id }) => id))) return;
      stop();
      resolve();
    };
    const stop = discovery.watch(catalog, ({ instances }) => look(instances));
    look(discovery.peek(catalog));
  });
}

const shows = (discovery: Discovery, ...ids: readonly string[]): Promise<void> =>
  seen(discovery, (found) => found.join() === ids.join());

beforeEach(async () => {
  ends = [];
  registry = await startDevRegistry({ port: 0, clock: registryClock });
  provider = connectServiceCenter(contextOf('provider'), 'registrator.Consumer');
  ends.push(() => provider.close());
  listener = createServer((socket) => socket.on('error', () => undefined).resume());
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  isRunning = true;
  running = (async () => {
    while (isRunning) for (const each of [clock, registryClock]) await each.advance(STEP_MS);
  })();
});

afterEach(async () => {
  await Promise.all(ends.map((end) => end()));
  await registry.close();
  await new Promise((resolve) => listener.close(resolve));
  isRunning = false;
  await running;
  expect(clock.pending).toBe(0);
});

describe('discovery at a development registry', () => {
  it('finds by polls what comes after it was looked for, and is told of what follows', async () => {
    const discovery = discoveryWith({ watch: true, refreshInterval: '5s' });
    expect(await discovery.find(catalog)).toEqual([]);
    const serviceId = await announce('a');
    await shows(discovery, 'a');
    await announce('b');
    await shows(discovery, 'a', 'b');
    await provider.setProperties(serviceId, 'a', { colour: 'red' });
    await seen(discovery, () => discovery.peek(catalog)![0]?.metadata['colour'] === 'red');
    await provider.setStatus(serviceId, 'a', 'OUTOFSERVICE');
    await shows(discovery, 'b');
    await provider.deleteInstance(serviceId, 'b');
    await shows(discovery);
  });

  it('is told of a service that is found while it watches, long before the next poll', async () => {
    const discovery = discoveryWith({ watch: true, refreshInterval: '365d' });
    await discovery.find({ ...catalog, service: 'nobody' });
    const serviceId = await announce('a');
    await discovery.find(catalog);
    await announce('b');
    await shows(discovery, 'a', 'b');
    await provider.deleteInstance(serviceId, 'a');
    await shows(discovery, 'b');
  });

  it('loses nobody who is there when the registry comes back empty', async () => {
    const discovery = discoveryWith({ watch: true, refreshInterval: '5s' });
    await announce('a');
    await announce('b');
    await discovery.find(catalog);
    const changes: InstanceChange[] = [];
    discovery.watch(catalog, (change) => changes.push(change));
    const { port } = registry;
    await registry.close();
    await expect(discovery.suspect(discovery.peek(catalog)![0]!)).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
    });
    registry = await startDevRegistry({ port, clock: registryClock });
    await seenAgain(() => registry.services().some(({ serviceName }) => serviceName === 'consumer'));
    await clock.sleep(20_000);
    await announce('a');
    await clock.sleep(20_000);
    expect(changes).toEqual([]);
    await announce('b');
    await announce('c');
    await shows(discovery, 'a', 'b', 'c');
    expect(changes.map(({ removed, updated }) => [removed, updated])).toEqual([[[], []]]);
  });
});

/** Waits for what happens at the registry. */
async function seenAgain(isSo: () => boolean): Promise<void> {
  while (!isSo()) await clock.sleep(STEP_MS);
}
