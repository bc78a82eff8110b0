import { expect } from 'vitest';
import { toxiproxy, until, type ChassisPeer } from '../../scripts/servers/servers.mjs';
import { atEachRegistry } from './servicecomb/at-each-registry.js';
import { OUTAGES, type CasesOf } from './servicecomb/matrix.js';
import type { LaneRegistry } from './servicecomb/registries.js';
import type { TsService } from './servicecomb/service.js';
import { found, known, type Stage } from './servicecomb/stage.js';
import { Traffic } from './servicecomb/traffic.js';

const HEARTBEAT_MS = 10_000;
/** The longest pause between tries, and what a busy machine adds. */
const BACK_OFF_MS = 30_000;
const heartbeat = { 'servicecomb.registry.heartbeat.interval': `${HEARTBEAT_MS / 1000}s` };

interface Parties {
  readonly ts: TsService;
  readonly consumer: TsService;
  readonly go: ChassisPeer;
  readonly goConsumer: ChassisPeer;
  readonly traffic: Traffic;
}

/** Two providers and two consumers that know each other, and calls between them all. */
async function parties(stage: Stage): Promise<Parties> {
  const ts = await stage.ts('TsProvider', { values: heartbeat });
  const go = await stage.go('provider');
  const consumer = await stage.ts('TsConsumer', { values: heartbeat });
  const goConsumer = await stage.go('consumer');
  await Promise.all([found(consumer, 'TsProvider'), found(consumer, 'GoProvider')]);
  await known(goConsumer, 'TsProvider');
  const traffic = new Traffic();
  traffic.ts(consumer, 'TsProvider');
  traffic.ts(consumer, 'GoProvider');
  traffic.go(goConsumer, 'TsProvider');
  return { ts, consumer, go, goConsumer, traffic };
}

/** The ids of a service's instances, as the registry has them; none while it cannot say. */
async function idsAt({ url }: LaneRegistry, name: string): Promise<readonly string[]> {
  const ask = async <T>(path: string): Promise<T> =>
    (await (await fetch(`${url}/v4/default/registry${path}`)).json()) as T;
  try {
    const { services } = await ask<{ services: { serviceId: string; serviceName: string }[] }>('/microservices');
    const service = services.find(({ serviceName }) => serviceName === name);
    if (!service) return [];
    const { instances = [] } = await ask<{ instances?: { instanceId: string }[] }>(
      `/microservices/${service.serviceId}/instances`,
    );
    return instances.map(({ instanceId }) => instanceId);
  } catch {
    return [];
  }
}

const seconds = (count: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, count * 1000));

async function expectHealthy(stage: Stage, { ts, consumer, traffic }: Parties): Promise<void> {
  for (const service of [ts, consumer]) {
    const { service: name, id } = service.own.registered!;
    await until(
      `${name} in the registry, under its id`,
      async () => ((await idsAt(stage.registry, name)).join() === id ? true : undefined),
      { withinMs: HEARTBEAT_MS + BACK_OFF_MS },
    );
  }
  // who comes now is found by those that went through it all
  const late = await stage.ts('TsLate', { values: heartbeat });
  await found(consumer, 'TsLate');
  await found(late, 'TsProvider');
  const { calls, failed } = await traffic.stop();
  expect(failed).toEqual([]);
  expect(calls).toBeGreaterThan(200);
}

const cases: CasesOf<typeof OUTAGES, Stage> = {
  async 'restart-with-data'(stage) {
    const all = await parties(stage);
    await stage.registry.kill();
    await seconds(3);
    await stage.registry.start({ data: true });
    await expectHealthy(stage, all);
  },

  async 'restart-without-data'(stage) {
    const all = await parties(stage);
    const { instanceId } = await all.go.self();
    await stage.registry.kill();
    await seconds(3);
    await stage.registry.start({ data: false });
    await expectHealthy(stage, all);
    await until(
      'GoProvider in the registry, under its id',
      async () => ((await idsAt(stage.registry, 'GoProvider')).join() === instanceId ? true : undefined),
      { withinMs: HEARTBEAT_MS + BACK_OFF_MS },
    );
  },

  async cut(stage) {
    const proxies = await toxiproxy.start();
    try {
      const proxy = await proxies.proxy({ upstream: stage.registry.port });
      const behind = stage.through(proxy.port);
      const all = await parties(behind);
      await proxy.cut();
      await seconds(HEARTBEAT_MS / 1000 + 3);
      await proxy.heal();
      await expectHealthy(behind, all);
      await behind.clear();
    } finally {
      await proxies.stop();
    }
  },

  async slow(stage) {
    const proxies = await toxiproxy.start();
    try {
      const proxy = await proxies.proxy({ upstream: stage.registry.port });
      const behind = stage.through(proxy.port);
      const all = await parties(behind);
      await proxy.slow(2000);
      await seconds(HEARTBEAT_MS / 1000 + 3);
      await proxy.hang();
      await seconds(6);
      await proxy.heal();
      await expectHealthy(behind, all);
      await behind.clear();
    } finally {
      await proxies.stop();
    }
  },
};

atEachRegistry('outages', { rows: OUTAGES, cases, needs: [toxiproxy] });
