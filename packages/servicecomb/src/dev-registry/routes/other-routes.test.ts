import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RegistryAtHand } from '../registry.fixture.js';

describe('a development registry', () => {
  let hand: RegistryAtHand;
  let consumer: string;
  let provider: string;
  beforeEach(async () => {
    hand = await RegistryAtHand.start();
    consumer = await hand.service({ serviceName: 'C' });
    provider = await hand.service({ serviceName: 'P' });
  });
  afterEach(() => hand.close());
  const json = async (path: string): Promise<unknown> => JSON.parse((await hand.ask('GET', path)).text);

  it('says that it is well and where, and what it is', async () => {
    const { port } = hand.registry;
    expect(await json('/health')).toMatchObject({
      instances: [{ endpoints: [`rest://127.0.0.1:${port}/`], status: 'UP', serviceId: expect.any(String) as string }],
    });
    expect(await json('/version')).toMatchObject({ version: '0.0.1', apiVersion: '4.0.0' });
  });

  it('tells who depends on whom, once they looked', async () => {
    expect(await json(`/microservices/${consumer}/providers`)).toEqual({});
    await hand.find(consumer, 'P');
    await hand.find(consumer, 'NOPE');
    await hand.find('', 'P');
    expect(await json(`/microservices/${consumer}/providers`)).toMatchObject({ providers: [{ serviceName: 'P' }] });
    expect(await json(`/microservices/${provider}/consumers`)).toMatchObject({ consumers: [{ serviceName: 'C' }] });
    await hand.find(provider, 'P');
    expect(await json(`/microservices/${provider}/providers?noSelf=1`)).toEqual({});
  });

  it('keeps tags', async () => {
    const base = `/microservices/${provider}/tags`;
    expect((await hand.ask('GET', base)).text).toBe('{}\n');
    await hand.ask('POST', base, { tags: { gone: 'x' } });
    await hand.ask('POST', base, { tags: { a: 'x', b: 'y', c: 'z' } });
    await hand.ask('PUT', `${base}/a?value=w`);
    expect(await json(base)).toEqual({ tags: { a: 'w', b: 'y', c: 'z' } });
    expect(await hand.refused('PUT', `${base}/d?value=w`)).toMatchObject({ errorCode: '400018' });
    expect(await hand.refused('DELETE', `${base}/a,d`)).toMatchObject({ errorCode: '400018' });
    await hand.ask('DELETE', `${base}/a,b`);
    expect(await json(base)).toEqual({ tags: { c: 'z' } });
    expect(await hand.refused('POST', base, { tags: { '1': 'x' } })).toMatchObject({ errorCode: '400001' });
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`t${index}`, 'x']));
    expect(await hand.refused('POST', base, { tags: many })).toMatchObject({ errorCode: '400100' });
  });

  it('tells consoles everything at once', async () => {
    const id = await hand.instance(provider);
    await hand.find(consumer, 'P');
    await hand.ask('PUT', `/microservices/${provider}/schemas/s1`, { schema: 'x' });
    const govern = '/v4/default/govern';
    expect(await json(`${govern}/microservices?options=all&serviceName=P`)).toMatchObject({
      allServicesDetail: [
        {
          microService: { serviceName: 'P' },
          instances: [{ instanceId: id }],
          schemaInfos: [{ schemaId: 's1', schema: 'x' }],
          consumers: [{ serviceName: 'C' }],
        },
      ],
      statistics: { services: { count: 1, onlineCount: 1 }, instances: { count: 1 }, apps: { count: 1 } },
    });
    expect(await json(`${govern}/microservices?options=instances&appId=none`)).toEqual({});
    expect(await json(`${govern}/microservices?options=statistics&countOnly=1`)).toMatchObject({
      statistics: { services: { count: 2, onlineCount: 1 } },
    });
    expect(await json(`${govern}/microservices/${provider}`)).toMatchObject({
      service: { microService: { serviceName: 'P' } },
    });
    expect(await json(`${govern}/apps`)).toEqual({ appIds: ['a1'] });
  });
});
