import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RegistryAtHand } from '../registry.fixture.js';

describe('instances of a development registry', () => {
  let hand: RegistryAtHand;
  let service: string;
  beforeEach(async () => {
    hand = await RegistryAtHand.start();
    service = await hand.service({ serviceName: 'P1' });
  });
  afterEach(() => hand.close());
  const path = (instance: string, of = service): string => `/microservices/${of}/instances/${instance}`;

  it('get an id, and what service-center fills in', async () => {
    const id = await hand.instance(service, { serviceId: 'that of the path wins' });
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect((await hand.ask('GET', `/microservices/${service}/instances`)).text).toBe(
      `{"instances":[{"instanceId":"${id}","serviceId":"${service}","endpoints":["rest://127.0.0.1:9999"],"hostName":"h","status":"UP","healthCheck":{"mode":"push","interval":30,"times":3},"timestamp":"1767225600","modTimestamp":"1767225600","version":"1.0.0"}]}\n`,
    );
    expect((await hand.ask('GET', path(id))).text).toMatch(/^\{"instance":\{"instanceId":.*\}\}\n$/);
    expect(await hand.instance(service)).not.toBe(id);
  });

  it('keep every field they are told, in the order of service-center', async () => {
    const id = await hand.instance(service, {
      instanceId: 'my.instance-1',
      dataCenterInfo: { name: 'dc', region: 'r', availableZone: 'z' },
      properties: { nodeIP: '', zone: 'y' },
      status: 'TESTING',
      healthCheck: { mode: 'push', interval: 5, times: 1, url: '/h', port: 80 },
      endpoints: [],
    });
    expect((await hand.ask('GET', path(id))).text).toBe(
      `{"instance":{"instanceId":"my.instance-1","serviceId":"${service}","hostName":"h","status":"TESTING","properties":{"nodeIP":"","zone":"y"},"healthCheck":{"mode":"push","port":80,"interval":5,"times":1,"url":"/h"},"timestamp":"1767225600","dataCenterInfo":{"name":"dc","region":"r","availableZone":"z"},"modTimestamp":"1767225600","version":"1.0.0"}}\n`,
    );
  });

  it('are refused when they cannot be', async () => {
    const refusals: [object, string][] = [
      [{ hostName: '' }, 'MicroServiceInstance.HostName'],
      [{ hostName: 'h'.repeat(65) }, 'MicroServiceInstance.HostName'],
      [{ status: 'BROKEN' }, 'MicroServiceInstance.Status'],
      [{ instanceId: 'a/b' }, 'MicroServiceInstance.InstanceId'],
      [{ endpoints: [''] }, 'MicroServiceInstance.Endpoints'],
      [{ endpoints: 'x' }, 'body.instance.endpoints'],
      [{ healthCheck: { mode: 'poke' } }, 'HealthCheck.Mode'],
      [{ healthCheck: { mode: 'push', interval: 0, times: 3 } }, 'HealthCheck.Interval'],
      [{ healthCheck: { mode: 'push', interval: 5, times: -1 } }, 'healthCheck'],
      [{ healthCheck: { mode: 'push', interval: 2 ** 31, times: 3 } }, 'healthCheck'],
      [{ healthCheck: { mode: 'push', interval: 30, times: 1.5 } }, 'body.instance.healthCheck.times'],
      [{ dataCenterInfo: { name: 'dc' } }, 'DataCenterInfo.Region'],
    ];
    for (const [change, field] of refusals) {
      const instance = { hostName: 'h', endpoints: [], ...change };
      const { detail, errorCode } = await hand.refused('POST', `/microservices/${service}/instances`, { instance });
      expect([errorCode, detail], JSON.stringify(change)).toEqual(['400001', expect.stringContaining(`'${field}'`)]);
    }
    const nowhere = await hand.refused('POST', '/microservices/nope/instances', { instance: { hostName: 'h' } });
    expect(nowhere).toMatchObject({ status: 400, errorCode: '400012' });
    expect(hand.registry.instances()).toEqual([]);
  });

  it('live as long as heartbeats come, and a given id is kept', async () => {
    const id = await hand.instance(service);
    await hand.clock.advance(119_000);
    const beat = await hand.ask('PUT', `${path(id)}/heartbeat`);
    expect([beat.status, beat.text, beat.headers.get('content-type')]).toEqual([200, '', 'text/plain; charset=UTF-8']);
    await hand.clock.advance(119_000);
    // registering again is a heartbeat too, and changes nothing
    expect(await hand.instance(service, { instanceId: id, hostName: 'other' })).toBe(id);
    await hand.clock.advance(119_000);
    expect(hand.registry.instances().map(({ hostName }) => hostName)).toEqual(['h']);
    await hand.clock.advance(1000);
    expect(hand.registry.instances()).toEqual([]);
    const gone = await hand.ask('PUT', `${path(id)}/heartbeat`);
    expect(gone.status).toBe(400);
    expect(gone.text).toBe(
      '{"errorCode":"400017","errorMessage":"Instance does not exist","detail":"leaseId not exist, instance not exist"}\n',
    );
    expect(await hand.instance(service, { instanceId: id, hostName: 'new' })).toBe(id);
    expect(hand.registry.instances().map(({ hostName }) => hostName)).toEqual(['new']);
  });

  it('live for interval x (times + 1), and are not asked for a pull: that is 120 s', async () => {
    await hand.instance(service, { healthCheck: { mode: 'push', interval: 5, times: 1 } });
    await hand.instance(service, { healthCheck: { mode: 'pull', interval: 5, times: 1 } });
    await hand.clock.advance(9999);
    expect(hand.registry.instances()).toHaveLength(2);
    await hand.clock.advance(1);
    expect(hand.registry.instances().map(({ healthCheck }) => healthCheck)).toEqual([
      { mode: 'pull', interval: 30, times: 3 },
    ]);
    await hand.clock.advance(110_000);
    expect(hand.registry.instances()).toEqual([]);
  });

  it('beat many at once', async () => {
    const [a, b] = [await hand.instance(service), await hand.instance(service)];
    const beats = (...ids: string[]) =>
      hand.ask('PUT', '/heartbeats', { instances: ids.map((instanceId) => ({ serviceId: service, instanceId })) });
    await hand.clock.advance(60_000);
    expect(await beats(a, a)).toMatchObject({ status: 200, text: '' });
    await hand.clock.advance(60_000);
    expect(JSON.parse((await beats(a, b)).text)).toEqual({
      instances: [
        { serviceId: service, instanceId: a },
        { serviceId: service, instanceId: b, errMessage: 'leaseId not exist, instance not exist' },
      ],
    });
    expect(await hand.refused('PUT', '/heartbeats', { instances: [] })).toMatchObject({
      errorCode: '400001',
      detail: 'Request format invalid.',
    });
    // the spelling that was captured
    expect((await hand.ask('PUT', '/heartbeats', { Instances: [{ serviceId: service, instanceId: a }] })).text).toBe(
      '',
    );
  });

  it('change their status and properties, which tells when', async () => {
    const id = await hand.instance(service, { properties: { nodeIP: '' } });
    await hand.clock.advance(2000);
    expect((await hand.ask('PUT', `${path(id)}/properties`, { properties: { k: 'v' } })).text).toBe('');
    expect((await hand.ask('PUT', `${path(id)}/status?value=OUTOFSERVICE`)).text).toBe('');
    expect(hand.registry.instances()[0]).toMatchObject({
      ...{ status: 'OUTOFSERVICE', properties: { k: 'v' } },
      ...{ timestamp: '1767225600', modTimestamp: '1767225602' },
    });
    expect(await hand.refused('PUT', `${path(id)}/status?value=BROKEN`)).toMatchObject({ errorCode: '400001' });
    expect(await hand.refused('PUT', `${path('nope')}/status?value=UP`)).toMatchObject({ errorCode: '400017' });
    expect(await hand.refused('PUT', `${path('nope')}/properties`, {})).toMatchObject({ errorCode: '400017' });
  });

  it('are deleted once', async () => {
    const id = await hand.instance(service);
    expect(await hand.ask('DELETE', path(id))).toMatchObject({ status: 200, text: '' });
    expect(await hand.refused('DELETE', path(id))).toMatchObject({ status: 400, errorCode: '400017' });
    expect((await hand.ask('GET', `/microservices/${service}/instances`)).text).toBe('{}\n');
    expect(await hand.refused('GET', path(id))).toMatchObject({ errorCode: '400017' });
    expect(await hand.refused('GET', '/microservices/nope/instances')).toMatchObject({
      errorCode: '400012',
      detail: 'Provider[nope] does not exist.',
    });
  });

  it('are not sent to who knows them', async () => {
    const id = await hand.instance(service);
    for (const what of [`/microservices/${service}/instances`, path(id)]) {
      const { headers } = await hand.ask('GET', what);
      const revision = headers.get('x-resource-revision')!;
      expect(revision).toMatch(/^[0-9a-f]{40}$/);
      const again = await hand.ask('GET', `${what}?rev=${revision}`);
      expect([again.status, again.text, again.headers.get('x-resource-revision')]).toEqual([304, '', revision]);
      await hand.ask('PUT', `${path(id)}/status?value=DOWN`);
      expect((await hand.ask('GET', `${what}?rev=${revision}`)).status).toBe(200);
    }
  });
});
