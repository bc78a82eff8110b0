import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { systemClock, type Plugin } from '@ts-chassis/core';
import { governance, LimitStorePort, type LimitStore } from '@ts-chassis/governance';
import { redisLimits } from '@ts-chassis/limit-redis';
import { limitStoreConformance, TestApplication } from '@ts-chassis/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort, redis, until } from '../../scripts/servers/servers.mjs';
import { lane } from './lane.js';
import { startLimited, type LimitedService } from './limited-service.js';

/** The store of an application that is connected to a server. */
async function storeAt(url: string, prefix: string): Promise<{ store: LimitStore; close(): Promise<void> }> {
  let store: LimitStore | undefined;
  const spy: Plugin = {
    name: 'spy',
    install: (host) =>
      host.onStart('spy', (services) => void (store = services.extensions(LimitStorePort).get('redis'))),
  };
  // a busy machine is no outage
  const plugins = [governance(), redisLimits({ url, prefix, timeoutMs: 5000 }), spy];
  const t = await TestApplication.create({ name: 'tests', plugins });
  return { store: store!, close: () => t.stop() };
}

lane('limits on Redis', [redis], () => {
  let server: Awaited<ReturnType<typeof redis.start>>;
  let cases = 0;

  beforeAll(async () => {
    server = await redis.start({ password: 'hunter2' });
  });

  afterAll(async () => {
    await server?.stop();
  });

  limitStoreConformance(
    'the store',
    async () => ({
      ...(await storeAt(server.url, `case ${(cases += 1)}:`)),
      now: () => systemClock.elapsed(),
      pass: (ms) => systemClock.sleep(ms),
    }),
    { describe, it },
  );

  it('forgets what would be full again', async () => {
    const { store, close } = await storeAt(server.url, 'expiring:');
    await store.take('key', { rate: 0.1, burst: 5, maxWaitMs: 0 }, 0);
    const { stdout } = await promisify(execFile)('redis-cli', [
      '-p',
      String(server.port),
      '-a',
      'hunter2',
      'PTTL',
      'expiring:key',
    ]);
    const left = Number(stdout);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(11_000);
    await close();
  });
});

lane('three processes that share a limit on Redis', [redis], () => {
  const limit = { rate: 60, burst: 12 };
  let port: number;
  let server: Awaited<ReturnType<typeof redis.start>> | undefined;
  let services: LimitedService[] = [];

  beforeAll(async () => {
    port = await freePort();
    server = await redis.start({ port });
    services = await Promise.all([1, 2, 3].map(() => startLimited(server!.url, limit)));
  });

  afterAll(async () => {
    await Promise.all(services.map((service) => service.stop()));
    await server?.stop();
  });

  afterEach(async () => {
    // full again
    await systemClock.sleep((1000 * limit.burst) / limit.rate);
  });

  /** All processes are called as fast as they answer; how many calls passed, and how many may have by the time that went by. */
  async function passing(ms: number): Promise<{ passed: number; most: number }> {
    const began = systemClock.elapsed();
    let passed = 0;
    const busy = async (service: LimitedService): Promise<void> => {
      while (systemClock.elapsed() - began < ms) if ((await service.call()) < 300) passed += 1;
    };
    await Promise.all([...services, ...services].map(busy));
    return { passed, most: limit.burst + (limit.rate * (systemClock.elapsed() - began)) / 1000 };
  }

  const said = (pattern: RegExp): number[] =>
    services.map(({ log }) => log.filter(({ message }) => pattern.test(message ?? '')).length);

  it('let no more through together than one would, and hardly less', async () => {
    const { passed, most } = await passing(3000);
    // one refill
    expect(passed).toBeLessThanOrEqual(most + 1);
    expect(passed).toBeGreaterThan(most * 0.8);
    expect(said(/lost/)).toEqual([0, 0, 0]);
  });

  it('keep each to its share while the server is lost, and say so once', async () => {
    // a beat of each, after all of them had begun
    await systemClock.sleep(6000);
    await server!.stop();
    server = undefined;
    await until('all to notice', async () => {
      await Promise.all(services.map((service) => service.call()));
      return said(/lost/).every((times) => times === 1) || undefined;
    });
    await systemClock.sleep(1000);
    const { passed, most } = await passing(3000);
    expect(passed).toBeLessThanOrEqual(most + 1);
    expect(passed).toBeGreaterThan(most * 0.7);
    expect(said(/lost/)).toEqual([1, 1, 1]);
    for (const { log } of services) {
      expect(log).toContainEqual(expect.objectContaining({ message: expect.stringMatching(/lost/), processes: 3 }));
    }
  });

  it('share it again when the server is back', async () => {
    server = await redis.start({ port });
    await until('all to notice', () => said(/answers again/).every((times) => times === 1) || undefined);
    const { passed, most } = await passing(2000);
    expect(passed).toBeLessThanOrEqual(most + 1);
    expect(said(/answers again/)).toEqual([1, 1, 1]);
  });
});
