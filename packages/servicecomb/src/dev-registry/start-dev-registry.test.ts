import { VirtualClock } from '@ts-chassis/core';
import { request } from 'node:https';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Authority } from '../../../../test/fixtures/certificates.js';
import { RegistryAtHand } from './registry.fixture.js';
import { startDevRegistry, type DevRegistry } from './start-dev-registry.js';

describe('starting a development registry', () => {
  const registries: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const registry of registries.splice(0)) await registry.close();
  });
  function kept<T extends { close(): Promise<void> }>(registry: T): T {
    registries.push(registry);
    return registry;
  }

  it('rejects when the port is taken, and leaves nothing behind', async () => {
    const { port } = kept(await startDevRegistry({ port: 0 }));
    const clock = new VirtualClock();
    await expect(startDevRegistry({ port, clock })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(clock.pending).toBe(0);
  });

  it('shares nothing with another in the same process', async () => {
    const [one, other] = [kept(await RegistryAtHand.start()), kept(await RegistryAtHand.start())];
    await one.service({ serviceName: 'P' });
    expect([one.registry.services().length, other.registry.services().length]).toEqual([1, 0]);
  });

  it('comes back empty on the same port, with other revisions than before', async () => {
    const first = await RegistryAtHand.start({ random: { next: () => 0.25 } });
    const revisions: (string | null)[] = [];
    const fill = async (hand: RegistryAtHand): Promise<void> => {
      await hand.instance(await hand.service({ serviceName: 'P' }));
      revisions.push((await hand.find('', 'P')).headers.get('x-resource-revision'));
    };
    await fill(first);
    const { port } = first.registry;
    await first.close();
    const second = kept(await RegistryAtHand.start({ port, random: { next: () => 0.75 } }));
    // the client's connections to the first one end first
    await expect.poll(() => second.ask('GET', '/health').catch(() => undefined)).toMatchObject({ status: 200 });
    expect(second.registry.services()).toEqual([]);
    await fill(second);
    expect(new Set(revisions).size).toBe(2);
  });

  it('gives every instance the lease that it is told to', async () => {
    const hand = kept(await RegistryAtHand.start({ leaseMs: 500 }));
    await hand.instance(await hand.service({ serviceName: 'P' }));
    await hand.clock.advance(499);
    expect(hand.registry.instances()).toHaveLength(1);
    await hand.clock.advance(1);
    expect(hand.registry.instances()).toEqual([]);
  });

  it('serves https and wss, and asks for a certificate when it is told to', async () => {
    const authority = await Authority.make();
    const server = await authority.issue({ name: 'registry', ips: ['127.0.0.1'] });
    const client = await authority.issue({ name: 'client', ips: [] });
    const registry = kept(
      await startDevRegistry({
        port: 0,
        tls: { key: server.key, cert: server.certificate, ca: authority.certificate, requestCert: true },
      }),
    );
    expect(registry.url).toBe(`https://127.0.0.1:${registry.port}`);
    const shown = { key: client.key, cert: client.certificate };
    expect(await statusOf(registry, { ca: authority.certificate, ...shown })).toBe(200);
    await expect(statusOf(registry, { ca: authority.certificate })).rejects.toThrow();
    const url = `${registry.url.replace('https', 'wss')}/v4/default/registry/microservices/nobody/watcher`;
    const socket = new WebSocket(url, { ca: authority.certificate, ...shown });
    const [text] = await new Promise<[Buffer]>((resolve, reject) => {
      socket.on('message', (data: Buffer) => resolve([data])).on('error', reject);
    });
    expect(text.toString()).toBe('service does not exist');
  });
});

function statusOf({ url }: DevRegistry, options: object): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${url}/v4/default/registry/health`, { agent: false, ...options }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end();
  });
}
