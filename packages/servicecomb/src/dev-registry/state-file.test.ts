import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RegistryAtHand } from './registry.fixture.js';
import { startDevRegistry } from './start-dev-registry.js';

describe('the file of a development registry', () => {
  let folder: string;
  let file: string;
  const hands: RegistryAtHand[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ts-chassis-registry-'));
    file = join(folder, 'registry.json');
  });
  afterEach(async () => {
    for (const hand of hands.splice(0)) await hand.close().catch(() => undefined);
    await rm(folder, { recursive: true });
  });
  async function start(): Promise<RegistryAtHand> {
    const hand = await RegistryAtHand.start({ file });
    hands.push(hand);
    return hand;
  }

  it('brings back services, instances with a whole lease, schemas, tags and dependencies', async () => {
    const first = await start();
    const consumer = await first.service({ serviceName: 'C' });
    const provider = await first.service({ serviceName: 'P', alias: 'a1:P' });
    const id = await first.instance(provider, { status: 'DOWN', properties: { zone: 'z1' } });
    await first.ask('PUT', `/microservices/${provider}/schemas/s1`, { schema: 'x', summary: 'abc' });
    await first.ask('POST', `/microservices/${provider}/tags`, { tags: { a: 'b' } });
    await first.find(consumer, 'P');
    const [services, instances] = [first.registry.services(), first.registry.instances()];
    await first.clock.advance(100_000);
    await first.close();

    const second = await start();
    expect(second.registry.services()).toEqual(services);
    expect(second.registry.instances()).toEqual(instances);
    expect((await second.ask('GET', `/microservices/${provider}/schemas/s1`)).text).toBe('{"schema":"x"}\n');
    expect((await second.ask('GET', `/microservices/${provider}/tags`)).text).toBe('{"tags":{"a":"b"}}\n');
    const watcher = await second.open(`/microservices/${consumer}/watcher`);
    await second.clock.advance(119_000);
    expect(await second.found('', 'P')).toEqual([id]);
    await second.clock.advance(1000);
    await expect.poll(() => watcher.actions).toEqual(['DELETE']);
  });

  it('is written a second after a change, once for many, and never half', async () => {
    const hand = await start();
    const id = await hand.service({ serviceName: 'P' });
    expect(await readdir(folder)).toEqual([]);
    for (let index = 0; index < 50; index += 1) await hand.instance(id);
    await hand.clock.advance(999);
    expect(await readdir(folder)).toEqual([]);
    await hand.clock.advance(1);
    await expect.poll(() => readdir(folder)).toEqual(['registry.json']);
    const state = JSON.parse(await readFile(file, 'utf8')) as { services: { instances: object[] }[] };
    expect(state.services[0]!.instances).toHaveLength(50);
    // nothing changed since: heartbeats are not kept
    await hand.ask('PUT', '/heartbeats', {
      instances: [{ serviceId: id, instanceId: hand.registry.instances()[0]!.instanceId }],
    });
    expect(hand.clock.pending).toBe(1);
  });

  it('refuses the start when it is something else, and is left as it was', async () => {
    const others = [
      '{"format":"x"',
      '{}',
      '[]',
      '',
      '{"format":"ts-chassis development registry 1","services":[{"tenant":"t/p"}]}',
    ];
    for (const text of others) {
      await writeFile(file, text);
      const starting = startDevRegistry({ port: 0, file });
      await expect(starting, text).rejects.toMatchObject({
        code: 'DEV_REGISTRY_FILE_INVALID',
        message: expect.stringContaining(`cannot take its state from ${file}: `) as string,
      });
      expect(await readFile(file, 'utf8')).toBe(text);
    }
    await expect(startDevRegistry({ port: 0, file: folder })).rejects.toMatchObject({
      code: 'DEV_REGISTRY_FILE_INVALID',
    });
  });

  it('says at the end that it could not be written', async () => {
    const hand = await RegistryAtHand.start({ file: join(folder, 'nowhere/registry.json') });
    await hand.service({ serviceName: 'P' });
    await expect(hand.close()).rejects.toThrow('ENOENT');
  });
});
