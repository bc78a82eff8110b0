import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RegistryAtHand, type SocketAtHand } from '../registry.fixture.js';

describe('watching a development registry', () => {
  let hand: RegistryAtHand;
  let consumer: string;
  let provider: string;
  beforeEach(async () => {
    hand = await RegistryAtHand.start();
    consumer = await hand.service({ serviceName: 'C' });
    provider = await hand.service({ serviceName: 'P' });
  });
  afterEach(() => hand.close());
  const watch = (of = consumer): Promise<SocketAtHand> => hand.open(`/microservices/${of}/watcher`);

  it('tells of every change, in words that were captured', async () => {
    const watcher = await watch();
    await hand.find(consumer, 'P');
    const id = await hand.instance(provider, { healthCheck: { mode: 'push', interval: 5, times: 1 } });
    const path = `/microservices/${provider}/instances/${id}`;
    await hand.ask('PUT', `${path}/heartbeat`);
    await hand.ask('PUT', `${path}/properties`, { properties: { k: 'v' } });
    await hand.ask('PUT', `${path}/status?value=DOWN`);
    await hand.ask('DELETE', path);
    await expect.poll(() => watcher.texts.length).toBe(4);
    expect(watcher.actions).toEqual(['CREATE', 'UPDATE', 'UPDATE', 'DELETE']);
    const head = `"key":{"tenant":"default/default","appId":"a1","serviceName":"P","version":"1.0.0"},"instance":{"instanceId":"${id}","serviceId":"${provider}","endpoints":["rest://127.0.0.1:9999"],"hostName":"h"`;
    const tail = `"healthCheck":{"mode":"push","interval":5,"times":1},"timestamp":"1767225600","modTimestamp":"1767225600","version":"1.0.0"}}`;
    expect(watcher.texts[0]).toBe(`{"action":"CREATE",${head},"status":"UP",${tail}`);
    expect(watcher.texts[3]).toBe(`{"action":"DELETE",${head},"status":"DOWN","properties":{"k":"v"},${tail}`);
  });

  it('tells of a lease that ran out as of a deletion', async () => {
    await hand.find(consumer, 'P');
    await hand.instance(provider, { healthCheck: { mode: 'push', interval: 5, times: 1 } });
    const watcher = await watch();
    await hand.clock.advance(10_000);
    await expect.poll(() => watcher.actions).toEqual(['DELETE']);
  });

  it('tells only who looked for the service before, and may see it', async () => {
    const stranger = await watch();
    const foreign = await hand.service({ serviceName: 'F', appId: 'a2', properties: { allowCrossApp: 'true' } });
    const query = '/instances?appId=a2&serviceName=F&version=0%2B';
    await hand.ask('GET', query, undefined, { 'X-ConsumerId': consumer });
    await hand.instance(foreign, { hostName: 'seen' });
    await hand.ask('PUT', `/microservices/${foreign}/properties`, { properties: {} });
    await hand.instance(foreign, { hostName: 'hidden' });
    await hand.instance(provider, { hostName: 'never asked for' });
    await hand.find(consumer, 'P');
    await hand.instance(provider, { hostName: 'asked for' });
    await expect.poll(() => stranger.events.map(({ instance }) => instance.hostName)).toEqual(['seen', 'asked for']);
  });

  it('tells all sockets of a consumer, with the alias and environment of the provider', async () => {
    const environment = 'testing';
    const asking = await hand.service({ serviceName: 'C', environment });
    const told = [await watch(asking), await watch(asking)];
    const asked = await hand.service({ serviceName: 'P', environment, alias: 'a1:P' });
    await hand.find(asking, 'P');
    await hand.instance(asked);
    for (const watcher of told) {
      await expect
        .poll(() => watcher.events.map(({ key }) => key))
        .toEqual([
          { tenant: 'default/default', environment, appId: 'a1', serviceName: 'P', alias: 'a1:P', version: '1.0.0' },
        ]);
    }
  });

  it('says in plain text that a consumer is not there, and ends', async () => {
    const watcher = await watch('nobody');
    await expect.poll(() => watcher.codes).toHaveLength(1);
    expect(watcher.texts).toEqual(['service does not exist']);
  });

  it('pings every 30 s until the client pings by itself', async () => {
    const watcher = await watch();
    await hand.clock.advance(30_000);
    await expect.poll(() => watcher.pings).toBe(1);
    await hand.clock.advance(30_000);
    await expect.poll(() => watcher.pings).toBe(2);
    const answered = new Promise((resolve) => watcher.socket.once('pong', resolve));
    watcher.socket.ping();
    await answered;
    await hand.clock.advance(60_000);
    await hand.find(consumer, 'P');
    await hand.instance(provider);
    await expect.poll(() => watcher.texts.length).toBe(1);
    expect(watcher.pings).toBe(2);
  });

  it('ends the connection of a client that has fallen silent', async () => {
    const watcher = await hand.open(`/microservices/${consumer}/watcher`, { autoPong: false });
    await hand.clock.advance(120_000);
    expect(watcher.codes).toEqual([]);
    await hand.clock.advance(30_000);
    await expect.poll(() => watcher.codes).toEqual([1006]);
  });

  it('ends the connection of a client that sends more than control frames', async () => {
    const watcher = await watch();
    watcher.socket.send('x'.repeat(65));
    await expect.poll(() => watcher.codes).toEqual([1009]);
    expect((await hand.ask('GET', '/health')).status).toBe(200);
  });

  it('cuts off a watcher that does not read, and goes on for the others', async () => {
    await hand.find(consumer, 'P');
    const slow = await watch();
    const quick = await watch();
    // a paused connection fills the buffers of both ends, and then the registry's
    slow.socket.pause();
    const properties = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`k${index}`, 'v'.repeat(10_000)]));
    const id = await hand.instance(provider, { properties });
    const path = `/microservices/${provider}/instances/${id}`;
    for (let index = 0; index < 40; index += 1) await hand.ask('PUT', `${path}/status?value=UP`);
    await expect.poll(() => quick.texts.length).toBe(41);
    slow.socket.resume();
    await expect.poll(() => slow.codes).toEqual([1006]);
    expect(slow.texts.length).toBeLessThan(41);
  });

  it('answers a request that is no upgrade, and refuses an upgrade elsewhere', async () => {
    for (const path of [`/microservices/${consumer}/watcher`, `/microservices/${consumer}/instances/x/heartbeat`]) {
      const { status, text } = await hand.ask('GET', path);
      expect([status, text]).toEqual([400, 'Bad Request\n']);
    }
    await expect(hand.open('/microservices')).rejects.toThrow('404');
    await expect(hand.open('/nowhere')).rejects.toThrow('404');
  });

  it('outlives an upgrade that is none, and connections that break under it', async () => {
    const socket = connect(hand.registry.port, '127.0.0.1');
    const path = `/v4/default/registry/microservices/${consumer}/watcher`;
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    const [text] = await new Promise<[Buffer]>((resolve) => socket.once('data', (data) => resolve([data])));
    expect(text.toString()).toMatch(/^HTTP\/1\.1 400/);
    socket.destroy();
    const watcher = await watch();
    watcher.socket.terminate();
    await hand.find(consumer, 'P');
    await hand.instance(provider);
    expect((await hand.ask('GET', '/health')).status).toBe(200);
  });
});

describe('heartbeats over a websocket', () => {
  let hand: RegistryAtHand;
  let service: string;
  beforeEach(async () => {
    hand = await RegistryAtHand.start();
    service = await hand.service({ serviceName: 'P' });
  });
  afterEach(() => hand.close());
  const beat = (instance: string, options = {}): Promise<SocketAtHand> =>
    hand.open(`/microservices/${service}/instances/${instance}/heartbeat`, options);

  it('keep an instance as long as pongs come', async () => {
    const id = await hand.instance(service);
    const socket = await beat(id);
    for (let round = 1; round <= 6; round += 1) {
      await hand.clock.advance(30_000);
      await expect.poll(() => socket.pings).toBe(round);
      // the answer to a request that is sent after the pong comes after it was taken in
      await hand.ask('GET', '/health');
    }
    expect(hand.registry.instances()).toHaveLength(1);
    socket.socket.terminate();
    await hand.clock.advance(120_000);
    expect(hand.registry.instances()).toEqual([]);
  });

  it('end with 4001 when the instance is not there, at once or at the next pong', async () => {
    const stranger = await beat('nope');
    await expect.poll(() => stranger.codes).toEqual([4001]);
    const id = await hand.instance(service);
    const socket = await beat(id);
    await hand.ask('DELETE', `/microservices/${service}/instances/${id}`);
    expect(socket.codes).toEqual([]);
    await hand.clock.advance(30_000);
    await expect.poll(() => socket.codes).toEqual([4001]);
  });
});
