import { beforeEach, describe, expect, it } from 'vitest';
import {
  coreError,
  Logger,
  seededRandom,
  VirtualClock,
  type Instance,
  type InstanceStatus,
  type Registration,
} from '@ts-chassis/core';
import { refusal } from '../service-center/failure.js';
import { configOf } from '../session/config-of.fixture.js';
import { FakeServiceCenter } from '../session/fake-service-center.fixture.js';
import { OwnSession } from '../session/own-session.js';
import { ServiceCenterRegistrar } from './service-center-registrar.js';

const identity = { environment: '', app: 'shop', service: 'catalog', version: '1.0.0' };
const instance: Instance = {
  ...identity,
  id: 'a'.repeat(32),
  hostName: 'host-1',
  status: 'UP',
  endpoints: [
    { listener: 'rest', host: '10.0.0.1', port: 8080, ssl: false },
    { listener: 'grpc', host: '2001:db8::1', port: 9090, ssl: true },
  ],
  metadata: { nodeIP: '10.0.0.9', zone: 'a' },
  dataCenter: { name: 'one', region: 'north', availableZone: 'a' },
};
const BEAT = `heartbeat ${instance.id}`;
const ANNOUNCE = ['find shop/catalog/1.0.0', 'createService', `createInstance s1 ${instance.id}`];

class Lines extends Logger {
  readonly lines: string[] = [];
  debug(): void {}
  info(message: string): void {
    this.lines.push(`info ${message}`);
  }
  warn(message: string, fields?: { reason?: unknown }): void {
    this.lines.push(`warn ${message} ${String(fields?.reason ?? '')}`);
  }
  error(message: string): void {
    this.lines.push(`error ${message}`);
  }
  child(): Logger {
    return this;
  }
}

let clock: VirtualClock;
let center: FakeServiceCenter;
let logger: Lines;
let session: OwnSession;

beforeEach(() => {
  clock = new VirtualClock();
  center = new FakeServiceCenter();
  logger = new Lines();
});

function registrarOf(heartbeat: object = {}): ServiceCenterRegistrar {
  const config = configOf({ 'servicecomb.registry': { heartbeat } });
  session = new OwnSession({ config, identity, logger, schemas: () => [], connect: () => center });
  return new ServiceCenterRegistrar({ clock, random: seededRandom(7), logger, config }, session);
}

/** Registered, and the calls of that forgotten. */
async function registered(heartbeat: object = {}): Promise<Registration> {
  const registration = await registrarOf(heartbeat).register(instance);
  center.taken();
  return registration;
}

const unavailable = { code: 'REGISTRY_UNAVAILABLE' };

describe('registering', () => {
  it('looks for the service, makes it, and announces the instance with everything at once', async () => {
    await registrarOf().register(instance);
    expect(center.taken()).toEqual(ANNOUNCE);
    expect(center.instances.get(instance.id)).toEqual({
      instanceId: instance.id,
      serviceId: 's1',
      endpoints: ['rest://10.0.0.1:8080', 'grpc://[2001:db8::1]:9090?sslEnabled=true'],
      hostName: 'host-1',
      status: 'UP',
      properties: { nodeIP: '10.0.0.9', zone: 'a' },
      dataCenterInfo: { name: 'one', region: 'north', availableZone: 'a' },
    });
  });

  it('says how long the registry has to wait for beats that come less often than it expects', async () => {
    await registrarOf({ interval: '90s' }).register(instance);
    expect(center.instances.get(instance.id)?.healthCheck).toEqual({ mode: 'push', interval: 90, times: 3 });
  });

  it('cuts names of hosts that are too long', async () => {
    await registrarOf().register({ ...instance, hostName: 'ä'.repeat(70) });
    expect(center.instances.get(instance.id)?.hostName).toBe('ä'.repeat(64));
  });

  it('makes the service anew when it was deleted between the two requests', async () => {
    const registrar = registrarOf();
    await session.serviceId();
    center.forgetAll();
    await registrar.register(instance);
    expect(center.instances.get(instance.id)?.serviceId).toBe('s1');
  });

  it('rejects, to be tried again, while the registry is out of reach, and leaves nothing behind', async () => {
    const registrar = registrarOf();
    center.outage(true);
    await expect(registrar.register(instance)).rejects.toMatchObject({ ...unavailable, retryAfterMs: 1000 });
    expect(clock.pending).toBe(0);
    center.outage(false);
    await registrar.register(instance);
    expect([...center.instances.keys()]).toEqual([instance.id]);
  });

  it.each([
    [{ id: 'an id' }, 'id of the instance'],
    [{ id: '' }, 'id of the instance'],
    [{ dataCenter: { name: 'one', region: 'north', availableZone: '' } }, 'region.availableZone'],
  ])('refuses %j before anything is sent', async (change, part) => {
    await expect(registrarOf().register({ ...instance, ...change })).rejects.toThrow(part);
    expect(center.taken()).toEqual([]);
  });

  it('refuses an instance once it is closed, and withdraws those that are left', async () => {
    const registrar = registrarOf();
    await registrar.register(instance);
    await registrar.close();
    expect([center.instances.size, clock.pending, center.isClosed]).toEqual([0, 0, true]);
    await expect(registrar.register(instance)).rejects.toMatchObject(unavailable);
  });

  it('withdraws an instance whose announcement was under way when it was closed', async () => {
    const registrar = registrarOf();
    const opened = gate();
    const registering = registrar.register(instance);
    const closing = registrar.close();
    opened();
    await Promise.all([registering, closing]);
    expect([center.instances.size, clock.pending]).toEqual([0, 0]);
  });
});

describe('beats', () => {
  it('come once an interval, the first after one', async () => {
    await registered();
    await clock.advance(29_999);
    expect(center.taken()).toEqual([]);
    await clock.advance(1);
    expect(center.taken()).toEqual([BEAT]);
    await clock.advance(60_000);
    expect(center.taken()).toEqual([BEAT, BEAT]);
    expect(logger.lines).toEqual([]);
  });

  it('come 10 s apart at the least, which is said', async () => {
    await registered({ interval: '1s' });
    await clock.advance(9_999);
    expect(center.taken()).toEqual([]);
    await clock.advance(1);
    expect(center.taken()).toEqual([BEAT]);
    expect(logger.lines).toHaveLength(1);
  });

  it('never overlap', async () => {
    await registered();
    const opened = gate();
    await clock.advance(300_000);
    expect(center.taken()).toEqual([BEAT]);
    opened();
    await clock.advance(30_000);
    expect(center.taken()).toEqual([BEAT]);
  });

  it('stop before the instance is taken out', async () => {
    const registration = await registered();
    await registration.deregister();
    await clock.advance(300_000);
    expect(center.taken()).toEqual([`deleteInstance ${instance.id}`]);
    expect(clock.pending).toBe(0);
  });
});

describe('the end', () => {
  it('is the same for an instance that the registry does not have, and for a second time', async () => {
    const registration = await registered();
    center.forgetAll();
    await Promise.all([registration.deregister(), registration.deregister()]);
    expect(center.taken()).toEqual([`deleteInstance ${instance.id}`]);
    expect(logger.lines).toEqual([]);
    await expect(registration.update({ status: 'DOWN' })).rejects.toMatchObject({ code: 'NOT_REGISTERED' });
  });

  it('comes in time when the registry does not answer', async () => {
    const registration = await registered();
    gate();
    let ended = false;
    const end = registration.deregister().then(() => (ended = true));
    await clock.advance(2_499);
    expect(ended).toBe(false);
    await clock.advance(1);
    await end;
    expect(logger.lines).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('is not kept from coming by a registry that is out of reach', async () => {
    const registration = await registered();
    center.outage(true);
    await registration.deregister();
    expect(logger.lines).toEqual([expect.stringContaining('stays in the registry')]);
  });

  it('withdraws an instance that the registry took without being heard, unless it was announced after that', async () => {
    for (const isHeardLater of [false, true]) {
      center = new FakeServiceCenter();
      const registrar = registrarOf();
      const create = center.createInstance.bind(center);
      center.createInstance = (record) =>
        create(record).then(() => Promise.reject(coreError('REGISTRY_UNAVAILABLE', 'no whole answer')));
      for (let time = 0; time < 3; time += 1)
        await expect(registrar.register(instance)).rejects.toMatchObject(unavailable);
      expect(center.instances.size).toBe(1);
      center.createInstance = create;
      if (isHeardLater) await (await registrar.register(instance)).deregister();
      else await registrar.close();
      expect(center.instances.size).toBe(0);
      await registrar.close();
      expect(center.calls.filter((call) => call.startsWith('deleteInstance'))).toHaveLength(1);
      expect(logger.lines).toEqual([]);
    }
  });

  it('follows an announcement that is under way, which leaves no instance behind', async () => {
    const registration = await registered();
    center.forgetAll();
    const opened = gate();
    await clock.advance(30_000);
    const end = registration.deregister();
    opened();
    await end;
    expect(center.instances.size).toBe(0);
    await clock.advance(300_000);
    expect(center.instances.size).toBe(0);
    expect(clock.pending).toBe(0);
  });
});

describe('recovery', () => {
  it('announces an instance that the registry lost, with the id it had and as it is now', async () => {
    const registration = await registered();
    await registration.update({ status: 'TESTING', metadata: { zone: 'b' } });
    center.instances.clear();
    center.taken();
    await clock.advance(30_000);
    expect(center.taken()).toEqual([BEAT, 'service s1', `createInstance s1 ${instance.id}`]);
    expect(center.instances.get(instance.id)).toMatchObject({
      status: 'TESTING',
      properties: { zone: 'b' },
      dataCenterInfo: { name: 'one' },
    });
    await clock.advance(30_000);
    expect(center.taken()).toEqual([BEAT]);
    expect(logger.lines).toEqual([
      expect.stringContaining('has lost this instance'),
      expect.stringContaining('registered as it should be again'),
    ]);
  });

  it('makes a service anew that the registry lost, restores its contracts, and then announces the instance', async () => {
    await registered();
    session.onRemade((serviceId) => center.putSchema(serviceId, { schemaId: 'catalog' }));
    center.forgetAll();
    await clock.advance(30_000);
    expect(center.taken()).toEqual([
      BEAT,
      'service s1',
      'find shop/catalog/1.0.0',
      'createService s1',
      'putSchema s1 catalog',
      `createInstance s1 ${instance.id}`,
    ]);
  });

  it('announces the instance at once when another role finds that the service is lost', async () => {
    await registered();
    center.forgetAll();
    session.forget('s1');
    await session.serviceId();
    await clock.advance(0);
    expect([...center.instances.keys()]).toEqual([instance.id]);
  });

  it.each([
    ['with its data', () => {}],
    ['without its data', () => center.forgetAll()],
    ['without its instances', () => center.instances.clear()],
  ])('follows an outage of minutes, %s, by no storm, two lines and one instance', async (_, happens) => {
    await registered();
    center.outage(true);
    await clock.advance(30_000);
    center.taken();
    await clock.advance(300_000);
    const tries = center.taken();
    expect(tries.length).toBeGreaterThan(28);
    expect(tries.length).toBeLessThan(70);
    happens();
    center.outage(false);
    await clock.advance(10_000);
    expect([...center.instances.keys()]).toEqual([instance.id]);
    expect(logger.lines).toHaveLength(2);
    center.taken();
    await clock.advance(30_000);
    expect(center.taken()).toEqual([BEAT]);
  });

  it('is tried again when the registry breaks off in the middle of it', async () => {
    await registered();
    center.forgetAll();
    center.failures.set('createInstance', coreError('REGISTRY_UNAVAILABLE', 'no answer'));
    await clock.advance(60_000);
    expect(center.instances.size).toBe(0);
    center.failures.clear();
    await clock.advance(10_000);
    expect([...center.instances.keys()]).toEqual([instance.id]);
    expect(logger.lines).toHaveLength(2);
  });

  it('is tried again when the registry refuses, and what the registry says is cut', async () => {
    await registered();
    const detail = 'x'.repeat(5000);
    center.failures.set('heartbeat', refusal('it', { errorCode: '403205', errorMessage: 'no', detail }));
    await clock.advance(60_000);
    expect(logger.lines).toHaveLength(1);
    expect(logger.lines[0]!.length).toBeLessThan(500);
    center.failures.clear();
    await clock.advance(10_000);
    expect(logger.lines).toHaveLength(2);
  });

  it('comes at different times for different processes', async () => {
    const first = await pauses(1);
    expect(first).not.toEqual(await pauses(2));
    expect(first).toEqual(await pauses(1));
  });
});

describe('changes', () => {
  it('reach the registry at once', async () => {
    const registration = await registered();
    await registration.update({ status: 'OUTOFSERVICE' });
    await registration.update({ metadata: { zone: 'b' } });
    await registration.update({});
    expect(center.taken()).toEqual(['setStatus OUTOFSERVICE', 'setProperties {"zone":"b"}']);
  });

  it('are told by a later beat when the registry is out of reach, the newest of each', async () => {
    const registration = await registered();
    center.outage(true);
    await expect(registration.update({ status: 'DOWN', metadata: { zone: 'b' } })).rejects.toMatchObject(unavailable);
    await expect(registration.update({ status: 'TESTING' })).rejects.toMatchObject(unavailable);
    center.outage(false);
    center.taken();
    await clock.advance(30_000);
    expect(center.taken()).toEqual([BEAT, 'setStatus TESTING', 'setProperties {"zone":"b"}']);
    expect(logger.lines).toHaveLength(2);
    await clock.advance(30_000);
    expect(center.taken()).toEqual([BEAT]);
  });

  it('are told again when they were told in the middle of a try whose answer was lost', async () => {
    const registration = await registered();
    center.instances.clear();
    // it reads the request, and its answer is lost
    const create = center.createInstance.bind(center);
    center.createInstance = async (record) => {
      await create(record);
      throw coreError('REGISTRY_UNAVAILABLE', 'no answer');
    };
    await clock.advance(30_000);
    center.createInstance = create;
    await registration.update({ status: 'DOWN' });
    expect(center.instances.get(instance.id)?.status).toBe('DOWN');
  });

  it('are taken back when they are refused', async () => {
    const registration = await registered();
    center.failures.set('setStatus', refusal('it', { errorCode: '400001', errorMessage: 'Invalid parameter(s)' }));
    await expect(registration.update({ status: 'ODD' as InstanceStatus })).rejects.toMatchObject({
      code: 'REGISTRY_REFUSED',
    });
    center.failures.clear();
    center.instances.clear();
    center.taken();
    await clock.advance(30_000);
    expect(center.instances.get(instance.id)?.status).toBe('UP');
    expect(center.taken()).not.toContain('setStatus ODD');
  });

  it('bring back an instance that the registry has lost', async () => {
    const registration = await registered();
    center.forgetAll();
    await registration.update({ status: 'DOWN' });
    expect(center.instances.get(instance.id)?.status).toBe('DOWN');
  });
});

/** Holds every call; the answer lets them go. */
function gate(): () => void {
  let open: () => void = () => {};
  center.gate = new Promise((resolve) => (open = resolve));
  return open;
}

/** When a process tries again in an outage. */
async function pauses(seed: number): Promise<readonly number[]> {
  const own = new VirtualClock();
  const there = new FakeServiceCenter();
  const config = configOf();
  const connect = (): FakeServiceCenter => there;
  const one = new OwnSession({ config, identity, logger, schemas: () => [], connect });
  await new ServiceCenterRegistrar({ clock: own, random: seededRandom(seed), logger, config }, one).register(instance);
  const times: number[] = [];
  there.heartbeat = () => {
    times.push(own.elapsed());
    return Promise.reject(coreError('REGISTRY_UNAVAILABLE', 'no answer'));
  };
  await own.advance(90_000);
  return times;
}
