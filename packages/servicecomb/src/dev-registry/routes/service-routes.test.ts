import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RegistryAtHand } from '../registry.fixture.js';

const P1 = { serviceName: 'P1', appId: 'a1', version: '1.0.0', level: 'BACK', status: 'UP' };
/** The id that service-center itself gave to that service. */
const P1_ID = 'e28a3b44e385d238dc7780c1c7c7a915f9f4637a';

describe('services of a development registry', () => {
  let hand: RegistryAtHand;
  beforeEach(async () => {
    hand = await RegistryAtHand.start();
  });
  afterEach(() => hand.close());

  it('get the id that service-center gives, again for the same service, and stay as they were', async () => {
    const first = await hand.ask('POST', '/microservices', { service: P1 });
    expect(first.text).toBe(`{"serviceId":"${P1_ID}"}\n`);
    expect(first.status).toBe(200);
    await hand.clock.advance(5000);
    const again = await hand.ask('POST', '/microservices', { service: { ...P1, description: 'other' } });
    expect(again.text).toBe(first.text);
    expect((await hand.ask('GET', `/microservices/${P1_ID}`)).text).toBe(
      `{"service":{"serviceId":"${P1_ID}","appId":"a1","serviceName":"P1","version":"1.0.0","level":"BACK","status":"UP","timestamp":"1767225600","modTimestamp":"1767225600"}}\n`,
    );
  });

  it('keep every field they are told, in the order of service-center, and defaults for what is left out', async () => {
    const service = {
      framework: { version: 'v2.7.0', name: 'Go-Chassis' },
      registerBy: 'SDK',
      environment: 'testing',
      alias: 'a1:P2',
      properties: { allowCrossApp: 'true' },
      paths: [{ path: '/x', property: { checksession: 'true' } }],
      schemas: ['s1'],
      description: 'd',
      serviceName: 'P2',
      unknown: 1,
    };
    const { serviceId } = JSON.parse((await hand.ask('POST', '/microservices', { service })).text) as {
      serviceId: string;
    };
    expect((await hand.ask('GET', `/microservices/${serviceId}`)).text).toBe(
      `{"service":{"serviceId":"${serviceId}","appId":"default","serviceName":"P2","version":"0.0.1","description":"d","level":"BACK","schemas":["s1"],"paths":[{"path":"/x","property":{"checksession":"true"}}],"status":"UP","properties":{"allowCrossApp":"true"},"timestamp":"1767225600","alias":"a1:P2","modTimestamp":"1767225600","environment":"testing","registerBy":"SDK","framework":{"name":"Go-Chassis","version":"v2.7.0"}}}\n`,
    );
  });

  it('are found by their exact version, or by alias', async () => {
    await hand.ask('POST', '/microservices', { service: { ...P1, alias: 'a1:P1' } });
    const existence = (query: string) => hand.ask('GET', `/existence?type=microservice&appId=a1&${query}`);
    const found = await existence('serviceName=P1&version=1.0.0');
    expect(found.text).toBe(`{"serviceId":"${P1_ID}"}\n`);
    expect(found.headers.get('x-schema-summary')).toBe('');
    expect((await existence('serviceName=a1%3AP1&version=1.0.0')).text).toBe(found.text);
    const missing = await existence('serviceName=NOPE&version=1.0.0');
    expect(missing.status).toBe(400);
    expect(missing.text).toBe(
      '{"errorCode":"400012","errorMessage":"Micro-service does not exist","detail":"/a1/NOPE/1.0.0 does not exist."}\n',
    );
    expect(JSON.parse((await existence('serviceName=P1&version=1.0.1')).text)).toEqual({
      errorCode: '400026',
      errorMessage: 'Micro-service version does not exist',
      detail: '/a1/P1/1.0.1 version mismatch.',
    });
    for (const version of ['latest', '1.0.0%2B', ''])
      expect(JSON.parse((await existence(`serviceName=P1&version=${version}`)).text)).toMatchObject({
        errorCode: '400001',
      });
    expect(await hand.refused('GET', '/existence?type=x')).toMatchObject({ status: 400, errorCode: '400001' });
  });

  it('are refused in the words of service-center', async () => {
    const bad = await hand.ask('POST', '/microservices', {
      service: { serviceName: 'bad name', appId: 'a1', version: 'x' },
    });
    expect(bad.status).toBe(400);
    expect(bad.text).toBe(
      String.raw`{"errorCode":"400001","errorMessage":"Invalid parameter(s)","detail":"field 'MicroService.ServiceName' invalid value 'bad name' does not match rule: {Min: 1, Max: 128, Regexp: ^[a-zA-Z0-9]*$|^[a-zA-Z0-9][a-zA-Z0-9_\\-.]*[a-zA-Z0-9]$}"}` +
        '\n',
    );
    expect((await hand.ask('GET', '/microservices/nope')).text).toBe(
      '{"errorCode":"400012","errorMessage":"Micro-service does not exist","detail":"Service does not exist."}\n',
    );
    const refusals: [object, string][] = [
      [{ version: '1.0.0.0.0' }, 'MicroService.Version'],
      [{ version: 'v1' }, 'MicroService.Version'],
      [{ appId: '-' }, 'MicroService.AppId'],
      [{ appId: 'a'.repeat(161) }, 'MicroService.AppId'],
      [{ serviceName: '' }, 'MicroService.ServiceName'],
      [{ serviceName: 'a'.repeat(129) }, 'MicroService.ServiceName'],
      [{ environment: 'prod' }, 'MicroService.Environment'],
      [{ level: 'TOP' }, 'MicroService.Level'],
      [{ status: 'TESTING' }, 'MicroService.Status'],
      [{ alias: 'a b' }, 'MicroService.Alias'],
      [{ registerBy: 'me' }, 'MicroService.RegisterBy'],
      [{ serviceId: 'a b' }, 'MicroService.ServiceId'],
      [{ schemas: ['a b'] }, 'MicroService.Schemas'],
      [{ schemas: Array.from({ length: 101 }, (_, index) => `s${index}`) }, 'MicroService.Schemas'],
      [{ framework: { name: 'a b' } }, 'FrameWorkProperty.Name'],
      [{ properties: { a: 1 } }, 'body.service.properties.a'],
      [{ schemas: 'x' }, 'body.service.schemas'],
    ];
    for (const [change, field] of refusals) {
      const { detail } = await hand.refused('POST', '/microservices', { service: { ...P1, ...change } });
      expect(detail, JSON.stringify(change)).toContain(`'${field}'`);
    }
    expect(hand.registry.services()).toEqual([]);
  });

  it('keep an id that they bring, and give it to no other', async () => {
    expect(await hand.service({ serviceName: 'A', serviceId: 'my-id' })).toBe('my-id');
    expect(await hand.service({ serviceName: 'A', serviceId: 'my-id' })).toBe('my-id');
    expect(
      await hand.refused('POST', '/microservices', { service: { ...P1, serviceName: 'A', serviceId: 'other' } }),
    ).toMatchObject({
      status: 400,
      errorCode: '400010',
    });
    expect(
      await hand.refused('POST', '/microservices', { service: { ...P1, serviceName: 'B', serviceId: 'my-id' } }),
    ).toMatchObject({
      errorCode: '400010',
    });
  });

  it('are one service for the same alias and version', async () => {
    const id = await hand.service({ serviceName: 'A', alias: 'x:y' });
    expect(await hand.service({ serviceName: 'B', alias: 'x:y' })).toBe(id);
    expect(await hand.service({ serviceName: 'B', alias: 'x:y', version: '2.0.0' })).not.toBe(id);
  });

  it('are listed, for each domain and project its own', async () => {
    expect((await hand.ask('GET', '/microservices')).text).toBe('{}\n');
    await hand.service({ serviceName: 'A' });
    const other = { 'X-Domain-Name': 'other' };
    await hand.ask('POST', '/microservices', { service: P1 }, other);
    const names = async (path: string, headers = {}) =>
      (
        JSON.parse((await hand.ask('GET', path, undefined, headers)).text) as { services?: { serviceName: string }[] }
      ).services?.map(({ serviceName }) => serviceName);
    expect(await names('/microservices')).toEqual(['A']);
    expect(await names('/microservices', other)).toEqual(['P1']);
    expect(await names('/v4/project2/registry/microservices')).toBeUndefined();
    expect(await hand.refused('POST', '/microservices', { service: P1 }, { 'X-Domain-Name': 'a/b' })).toMatchObject({
      status: 400,
    });
  });

  it('have their properties replaced', async () => {
    const id = await hand.service({ serviceName: 'A', properties: { a: '1', b: '2' } });
    const put = await hand.ask('PUT', `/microservices/${id}/properties`, { properties: { c: '3' } });
    expect([put.status, put.text, put.headers.get('content-type')]).toEqual([200, '', 'text/plain; charset=UTF-8']);
    expect(hand.registry.services()[0]!.properties).toEqual({ c: '3' });
  });

  it('are deleted when nobody needs them, or by force', async () => {
    const consumer = await hand.service({ serviceName: 'C' });
    const id = await hand.service({ serviceName: 'A' });
    const instance = await hand.instance(id);
    expect(await hand.refused('DELETE', `/microservices/${id}`)).toMatchObject({ errorCode: '400013' });
    await hand.find(consumer, 'A');
    expect(await hand.refused('DELETE', `/microservices/${id}`)).toMatchObject({ errorCode: '400023' });
    const watcher = await hand.open(`/microservices/${consumer}/watcher`);
    expect((await hand.ask('DELETE', `/microservices/${id}?force=1`)).status).toBe(200);
    await expect
      .poll(() => watcher.events.map(({ action, instance: of }) => [action, of.instanceId]))
      .toEqual([['DELETE', instance]]);
    expect(await hand.refused('DELETE', `/microservices/${id}`)).toMatchObject({ errorCode: '400012' });
    expect((await hand.ask('DELETE', `/microservices/${consumer}`)).status).toBe(200);
    expect(hand.registry.services()).toEqual([]);
  });

  it('are deleted many at once, each told for itself', async () => {
    const [a, b] = [await hand.service({ serviceName: 'A' }), await hand.service({ serviceName: 'B' })];
    await hand.instance(b);
    const { text } = await hand.ask('DELETE', '/microservices', { serviceIds: [a, b, 'x'], force: false });
    expect(JSON.parse(text)).toEqual({
      services: [
        { serviceId: a },
        { serviceId: b, errMessage: 'Can not delete the service deployed instance(s).' },
        { serviceId: 'x', errMessage: 'Service does not exist.' },
      ],
    });
    expect(await hand.refused('DELETE', '/microservices', { serviceIds: [] })).toMatchObject({ errorCode: '400001' });
  });
});
