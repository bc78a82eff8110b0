import { beforeEach, describe, expect, it } from 'vitest';
import { seededRandom, silentLogger, VirtualClock, type Instance, type Registration } from '@ts-chassis/core';
import type { SocketEnd, SocketListener } from '../connection/connection.js';
import { configOf } from '../session/config-of.fixture.js';
import { FakeServiceCenter } from '../session/fake-service-center.fixture.js';
import { OwnSession } from '../session/own-session.js';
import { ServiceCenterRegistrar } from './service-center-registrar.js';

const identity = { environment: '', app: 'shop', service: 'catalog', version: '1.0.0' };
const instance: Instance = { ...identity, id: 'i1', hostName: 'h', status: 'UP', endpoints: [], metadata: {} };
const OPEN = 'openHeartbeat s1 i1';
const BEAT = 'heartbeat i1';
const BROKEN: SocketEnd = { code: 1006, reason: '' };

let clock: VirtualClock;
let center: FakeServiceCenter;
let registration: Registration;

beforeEach(async () => {
  clock = new VirtualClock();
  center = new FakeServiceCenter();
  const config = configOf({ 'servicecomb.registry': { heartbeat: { mode: 'ping-pong' } } });
  const logger = silentLogger;
  const session = new OwnSession({ config, identity, logger, schemas: () => [], connect: () => center });
  registration = await new ServiceCenterRegistrar({ clock, random: seededRandom(7), logger, config }, session).register(
    instance,
  );
  expect(center.taken().at(-1)).toBe(OPEN);
});

function latest(): SocketListener {
  return center.sockets.at(-1)!;
}

/** Time passes while the registry pings. */
async function pinged(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 30_000) {
    latest().ping?.();
    await clock.advance(30_000);
  }
}

describe('ping-pong', () => {
  it('sends no beats while the registry pings', async () => {
    await pinged(600_000);
    expect(center.taken()).toEqual([]);
    expect(center.openSockets).toBe(1);
  });

  it('sends beats while it does not, though the socket is open', async () => {
    await clock.advance(90_000);
    expect(center.taken()).toEqual([BEAT, BEAT, BEAT]);
    await pinged(60_000);
    expect(center.taken()).toEqual([]);
    await clock.advance(120_000);
    expect(center.taken().length).toBeGreaterThan(2);
  });

  it('opens a socket that broke again, at growing pauses, and sends beats meanwhile', async () => {
    await pinged(30_000);
    for (let broken = 0; broken < 20; broken += 1) {
      latest().closed(BROKEN);
      expect(center.openSockets).toBe(0);
      await clock.advance(30_000);
    }
    const calls = center.taken();
    expect(calls.filter((call) => call === OPEN)).toHaveLength(20);
    expect(calls.filter((call) => call === BEAT).length).toBeGreaterThan(18);
    center.taken();
    await pinged(90_000);
    expect(center.taken()).toEqual([]);
  });

  it('does not hammer a registry at which it breaks at once', async () => {
    const open = center.openHeartbeat.bind(center);
    center.openHeartbeat = (serviceId, instanceId, listener) => {
      const socket = open(serviceId, instanceId, listener);
      latest().closed(BROKEN);
      return socket;
    };
    latest().closed(BROKEN);
    await clock.advance(600_000);
    const calls = center.taken();
    expect(calls.filter((call) => call === OPEN).length).toBeLessThan(50);
    expect(calls.filter((call) => call === BEAT)).toHaveLength(20);
  });

  it('is content with beats where the registry refuses the socket, and asks again now and then', async () => {
    for (let refused = 0; refused < 12; refused += 1) {
      if (center.openSockets > 0) latest().closed({ code: 1006, reason: '', status: 405 });
      await clock.advance(150_000);
    }
    const calls = center.taken();
    const asked = calls.filter((call) => call === OPEN).length;
    expect(calls.filter((call) => call === BEAT)).toHaveLength(60);
    expect(asked).toBeGreaterThan(2);
    expect(asked).toBeLessThan(13);
    if (center.openSockets === 0) await clock.advance(600_000);
    center.taken();
    await pinged(60_000);
    expect(center.taken()).toEqual([]);
  });

  it('announces the instance again at once when the registry says that it is gone, and opens the socket anew', async () => {
    await pinged(30_000);
    center.forgetAll();
    latest().closed({ code: 4001, reason: 'instance missing' });
    await clock.advance(0);
    expect(center.taken()).toEqual([
      BEAT,
      'service s1',
      'find shop/catalog/1.0.0',
      'createService s1',
      'createInstance s1 i1',
      OPEN,
    ]);
    expect([center.openSockets, center.instances.size]).toEqual([1, 1]);
    await pinged(90_000);
    expect(center.taken()).toEqual([]);
  });

  it('tells what was changed in an outage though it needs no beats', async () => {
    await pinged(30_000);
    center.outage(true);
    await expect(registration.update({ status: 'DOWN' })).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    center.outage(false);
    center.taken();
    await pinged(60_000);
    expect(center.taken()).toEqual([BEAT, 'setStatus DOWN']);
  });

  it('closes the socket at the end', async () => {
    const [first] = center.sockets;
    await registration.deregister();
    expect([center.openSockets, clock.pending]).toEqual([0, 0]);
    first?.ping?.();
    first?.closed(BROKEN);
    await clock.advance(600_000);
    expect(center.taken()).toEqual(['deleteInstance i1']);
  });
});
