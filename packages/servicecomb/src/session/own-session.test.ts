import { describe, expect, it } from 'vitest';
import { coreError, silentLogger, type ServiceIdentity } from '@ts-chassis/core';
import { refusal } from '../service-center/failure.js';
import { configOf } from './config-of.fixture.js';
import { FakeServiceCenter } from './fake-service-center.fixture.js';
import { OwnSession } from './own-session.js';

const identity: ServiceIdentity = { environment: '', app: 'shop', service: 'catalog', version: '1.0.0' };

function setUp(
  values: Readonly<Record<string, object>> = {},
  own = identity,
): { readonly center: FakeServiceCenter; readonly session: OwnSession } {
  const center = new FakeServiceCenter();
  const session = new OwnSession({
    config: configOf(values),
    identity: own,
    logger: silentLogger,
    schemas: () => ['catalog'],
    connect: () => center,
  });
  return { center, session };
}

describe('OwnSession', () => {
  it('makes the service once for all who ask, after it looked for it', async () => {
    const { center, session } = setUp();
    const ids = await Promise.all([session.serviceId(), session.serviceId()]);
    expect([...ids, await session.serviceId()]).toEqual(['s1', 's1', 's1']);
    expect(center.taken()).toEqual(['find shop/catalog/1.0.0', 'createService']);
  });

  it('takes the service that is there, and makes none', async () => {
    const { center, session } = setUp();
    center.records.set('other', { appId: 'shop', serviceName: 'catalog', version: '1.0.0' });
    expect(await session.serviceId()).toBe('other');
    expect(center.taken()).toEqual(['find shop/catalog/1.0.0', 'service other']);
  });

  it('corrects the properties of a service that is there, and keeps those that others added', async () => {
    const { center, session } = setUp({
      'servicecomb.service': { properties: { team: 'books' } },
      'servicecomb.registry': { scope: 'full' },
    });
    const properties = { team: 'films', added: 'by hand' };
    center.records.set('other', { appId: 'shop', serviceName: 'catalog', version: '1.0.0', properties });
    await session.serviceId();
    const expected = { added: 'by hand', team: 'books', allowCrossApp: 'true' };
    expect(center.records.get('other')?.properties).toEqual(expected);
  });

  it('withdraws from other applications a service whose scope is its own again', async () => {
    const { center, session } = setUp();
    const properties = { allowCrossApp: 'true', added: 'by hand' };
    center.records.set('other', { appId: 'shop', serviceName: 'catalog', version: '1.0.0', properties });
    await session.serviceId();
    expect(center.records.get('other')?.properties).toEqual({ added: 'by hand' });
  });

  it('goes on with a service whose properties it may not change', async () => {
    const { center, session } = setUp({ 'servicecomb.service': { properties: { team: 'books' } } });
    center.records.set('other', { appId: 'shop', serviceName: 'catalog', version: '1.0.0' });
    center.failures.set('setServiceProperties', refusal('it', { errorCode: '403205', errorMessage: 'no permission' }));
    expect(await session.serviceId()).toBe('other');
  });

  it('asks again after a failure, and not before somebody asks', async () => {
    const { center, session } = setUp();
    center.outage(true);
    await expect(session.serviceId()).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE', retryAfterMs: 1000 });
    expect(center.taken()).toHaveLength(1);
    center.outage(false);
    expect(await session.serviceId()).toBe('s1');
  });

  it('makes a service that was lost with the id it had', async () => {
    const { center, session } = setUp();
    const serviceId = await session.serviceId();
    center.forgetAll();
    center.records.set('s7', { appId: 'shop', serviceName: 'another', version: '1.0.0' });
    session.forget(serviceId);
    expect(await session.serviceId()).toBe(serviceId);
    expect(center.taken().slice(2)).toEqual(['find shop/catalog/1.0.0', `createService ${serviceId}`]);
  });

  it('takes the id that another process got meanwhile', async () => {
    const { center, session } = setUp();
    const serviceId = await session.serviceId();
    center.forgetAll();
    session.forget(serviceId);
    const asked = session.serviceId();
    // between the question and the making
    center.records.set('s7', { appId: 'shop', serviceName: 'catalog', version: '1.0.0' });
    center.findServiceId = () => Promise.resolve(undefined);
    expect(await asked).toBe('s7');
  });

  it('does not forget an id that it does not have any more', async () => {
    const { center, session } = setUp();
    await session.serviceId();
    session.forget('older');
    await session.serviceId();
    expect(center.taken()).toHaveLength(2);
  });

  it('restores what hangs on the service when it was made anew, once it can', async () => {
    const { center, session } = setUp();
    const told: string[] = [];
    session.onRemade((serviceId) => center.putSchema(serviceId, { schemaId: 'catalog' }));
    session.onRemade(async (serviceId) => void told.push(serviceId));
    await session.serviceId();
    await session.restored();
    expect(told).toEqual([]);
    center.forgetAll();
    session.forget('s1');
    center.failures.set('putSchema', coreError('REGISTRY_UNAVAILABLE', 'no answer'));
    await session.serviceId();
    await expect(session.restored()).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    expect(told).toEqual([]);
    center.failures.clear();
    await session.restored();
    await session.restored();
    expect(told).toEqual(['s1']);
    expect(center.taken().filter((call) => call === 'putSchema s1 catalog').length).toBeGreaterThan(1);
  });

  it('restores by itself for those who do not wait, at the next question', async () => {
    const { center, session } = setUp();
    await session.serviceId();
    let tries = 0;
    session.onRemade(() => (++tries < 2 ? Promise.reject(coreError('REGISTRY_UNAVAILABLE', 'no')) : Promise.resolve()));
    session.forget('s1');
    await session.serviceId();
    await new Promise(setImmediate);
    await session.serviceId();
    await session.serviceId();
    expect(tries).toBe(2);
    expect(center.isClosed).toBe(false);
  });

  it('does not try for ever what is refused', async () => {
    const { session } = setUp();
    await session.serviceId();
    let tries = 0;
    const stop = session.onRemade(() => {
      tries += 1;
      return Promise.reject(refusal('it', { errorCode: '403001', errorMessage: 'no' }));
    });
    session.forget('s1');
    await session.serviceId();
    await session.restored();
    await session.restored();
    expect(tries).toBe(1);
    stop();
    session.forget('s1');
    await session.serviceId();
    await session.restored();
    expect(tries).toBe(1);
  });

  it('names further schemas in the record', async () => {
    const { center, session } = setUp();
    session.addSchemas(async () => ['written.by.hand', 'catalog']);
    await session.serviceId();
    expect(center.records.get('s1')?.schemas).toEqual(['catalog', 'written.by.hand']);
  });

  it.each([
    [{ service: 'my catalog' }, 'servicecomb.service.name: service-center takes letters', '"my catalog"'],
    [{ service: '' }, 'servicecomb.service.name', '1 to 128 characters'],
    [{ service: '-catalog' }, 'servicecomb.service.name', '"-catalog"'],
    [{ service: 'c'.repeat(300) }, 'servicecomb.service.name', `${'c'.repeat(200)}..."`],
    [{ app: 'shop/books' }, 'servicecomb.service.app', '"shop/books"'],
    [{ version: '1.0.0-beta' }, 'servicecomb.service.version', 'one to four numbers'],
    [{ version: '1.2.3.4.5' }, 'servicecomb.service.version', '"1.2.3.4.5"'],
    [{ environment: 'prod' }, 'servicecomb.service.environment', 'development, testing, acceptance, production'],
  ])('refuses %j before anything is sent', (change, key, part) => {
    const make = (): unknown => setUp({}, { ...identity, ...change });
    expect(make).toThrow(key);
    expect(make).toThrow(part);
    expect(make).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });

  it('refuses the id of a schema that the registry would refuse', async () => {
    const { session, center } = setUp({ 'servicecomb.service': { schemas: ['a schema'] } });
    await expect(session.serviceId()).rejects.toThrow('servicecomb.service.schemas: service-center takes');
    expect(center.taken()).toEqual([]);
  });
});
