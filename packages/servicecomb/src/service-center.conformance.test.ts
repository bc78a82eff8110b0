import { describe, it } from 'vitest';
import {
  seededRandom,
  VirtualClock,
  type Clock,
  type Disposer,
  type Instance,
  type Registrar,
  type RegistryContext,
  type ServiceIdentity,
  type TlsMaterials,
} from '@ts-chassis/core';
import { registryConformance, registryContext, type RegistrySubject } from '@ts-chassis/testing';
import { ServiceCenterContracts } from './contracts/service-center-contracts.js';
import { CuttableLink } from './cuttable-link.fixture.js';
import { startDevRegistry } from './dev-registry/index.js';
import { ServiceCenterDiscovery } from './discovery/service-center-discovery.js';
import { ServiceCenterRegistrar } from './registrar/service-center-registrar.js';
import { RunningTime } from './running-time.fixture.js';
import { connectServiceCenter } from './service-center/connect-service-center.js';
import type { Session } from './service-center/session.js';
import { configOf } from './session/config-of.fixture.js';
import { SharedSessions } from './session/shared-sessions.js';

const consumer: ServiceIdentity = { environment: '', app: 'default', service: 'consumer', version: '1.0.0' };
const config = configOf({
  'servicecomb.registry': { watch: true, refreshInterval: '1s', scope: 'full', heartbeat: { interval: '10s' } },
  // of virtual time, of which real sockets know nothing
  'servicecomb.registry.serviceCenter': { timeout: '600s' },
});

/** The time of a process, which stands still when that dies. */
class ProcessClock implements Clock {
  isAlive = true;

  constructor(private readonly clock: Clock) {}

  now(): number {
    return this.clock.now();
  }

  elapsed(): number {
    return this.clock.elapsed();
  }

  after(ms: number, run: () => void): Disposer {
    return this.clock.after(ms, () => {
      if (this.isAlive) run();
    });
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.clock.sleep(ms, signal);
  }
}

/** Registrar, discovery and contract store, each of a process of its own, over HTTP and websockets to a development registry. */
async function serviceCenterSubject(): Promise<RegistrySubject> {
  const clock = new VirtualClock();
  const registryClock = new VirtualClock();
  const registry = await startDevRegistry({ port: 0, clock: registryClock, leaseMs: 30_000 });
  const link = await CuttableLink.to(registry.port);
  const time = new RunningTime(clock, registryClock);
  const random = seededRandom(11);
  const tls = { control: () => Promise.resolve(undefined) } as unknown as TlsMaterials;
  const contextOf = (identity: ServiceIdentity, own: Clock = clock): RegistryContext =>
    registryContext({ clock: own, random, config, identity, tls, addresses: [link.url] });
  const sessionOf = (context: RegistryContext): Session =>
    new SharedSessions(connectServiceCenter).take(context, 'registrator.Consumer');
  const registrars: Registrar[] = [];
  const clocks = new Map<string, ProcessClock>();
  return {
    announce: (instance: Instance) => {
      const own = new ProcessClock(clock);
      clocks.set(instance.id, own);
      const { environment, app, service, version } = instance;
      const context = contextOf({ environment, app, service, version }, own);
      const registrar = new ServiceCenterRegistrar(context, sessionOf(context));
      registrars.push(registrar);
      return registrar.register(instance);
    },
    discovery: () => {
      const context = contextOf(consumer);
      return new ServiceCenterDiscovery(context, sessionOf(context));
    },
    contractStore: () => {
      const context = contextOf({ ...consumer, service: 'catalog' });
      return new ServiceCenterContracts({ context, session: sessionOf(context) });
    },
    crash: async ({ id }) => {
      clocks.get(id)!.isAlive = false;
      time.stepMs = 50;
    },
    outage: (out) => (out ? link.cut() : link.mend()),
    close: async () => {
      await Promise.all(registrars.map((registrar) => registrar.close()));
      const left = registry.instances().map(({ instanceId }) => instanceId ?? '');
      await Promise.all([link.cut(), registry.close()]);
      await time.stop();
      return [...left, ...(clock.pending > 0 ? [`${clock.pending} timers`] : [])];
    },
  };
}

registryConformance('servicecenter', serviceCenterSubject, {
  abilities: ['instances', 'identity', 'addresses'],
  parts: ['crash', 'outage', 'contracts'],
  names: 'plain',
  runner: { describe, it },
});
