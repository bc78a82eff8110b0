import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RegistryAtHand } from '../registry.fixture.js';

const revisionOf = ({ headers }: { headers: Headers }): string => headers.get('x-resource-revision')!;

describe('finding instances in a development registry', () => {
  let hand: RegistryAtHand;
  let consumer: string;
  beforeEach(async () => {
    hand = await RegistryAtHand.start();
    consumer = await hand.service({ serviceName: 'C' });
  });
  afterEach(() => hand.close());

  it('gives those of all versions, with the headers of service-center', async () => {
    const [one, two] = [
      await hand.service({ serviceName: 'P' }),
      await hand.service({ serviceName: 'P', version: '2.0.0' }),
    ];
    const ids = [await hand.instance(one), await hand.instance(two)];
    expect(await hand.found(consumer, 'P')).toEqual(ids);
    const { status, headers } = await hand.find(consumer, 'P');
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/json; charset=UTF-8',
      server: 'SERVICECENTER/0.0.1',
      vary: 'Accept-Encoding, Origin',
      'x-resource-revision': expect.stringMatching(/^[0-9a-f]{40}$/) as string,
      'x-response-status': '200',
    });
  });

  it('says who looked for what is not there', async () => {
    const { status, text } = await hand.find(consumer, 'NOPE');
    expect(status).toBe(400);
    expect(text).toBe(
      `{"errorCode":"400012","errorMessage":"Micro-service does not exist","detail":"Consumer[${consumer}][/a1/C/1.0.0] find provider[/a1/NOPE/0+] failed, provider does not exist"}\n`,
    );
    expect(JSON.parse((await hand.find('nobody', 'C')).text)).toMatchObject({
      errorCode: '400012',
      detail: 'Consumer[nobody] does not exist.',
    });
  });

  it('gives an empty answer for a service without instances', async () => {
    await hand.service({ serviceName: 'P' });
    expect((await hand.find(consumer, 'P')).text).toBe('{}\n');
  });

  it('sends nothing to who knows it, until the set changes', async () => {
    const provider = await hand.service({ serviceName: 'P' });
    const id = await hand.instance(provider);
    const first = revisionOf(await hand.find(consumer, 'P'));
    const known = await hand.find(consumer, 'P', `&rev=${first}`);
    expect([known.status, known.text, known.headers.get('content-type'), revisionOf(known)]).toEqual([
      304,
      '',
      null,
      first,
    ]);
    expect((await hand.find(consumer, 'P', `&rev=${first}&noCache=true`)).status).toBe(200);
    await hand.ask('PUT', `/microservices/${provider}/instances/${id}/heartbeat`);
    await hand.ask('PUT', `/microservices/${provider}/schemas/s1`, { schema: 'x' });
    await hand.service({ serviceName: 'Other' });
    expect((await hand.find(consumer, 'P', `&rev=${first}`)).status).toBe(304);
    const changes = [
      () => hand.ask('PUT', `/microservices/${provider}/instances/${id}/status?value=DOWN`),
      () => hand.ask('PUT', `/microservices/${provider}/instances/${id}/properties`, { properties: { a: 'b' } }),
      () => hand.instance(provider),
      () => hand.ask('DELETE', `/microservices/${provider}/instances/${id}`),
    ];
    const seen = new Set([first]);
    for (const change of changes) {
      await change();
      seen.add(revisionOf(await hand.find(consumer, 'P')));
    }
    expect(seen.size).toBe(5);
  });

  it('shows a consumer its own application and environment, and what is open to others', async () => {
    const kinds = {
      otherApp: { appId: 'a2', serviceName: 'P' },
      shared: { appId: 'a2', serviceName: 'Shared', properties: { allowCrossApp: 'TRUE' } },
      production: { serviceName: 'Prod', environment: 'production' },
    };
    const ids: string[] = [];
    for (const kind of Object.values(kinds)) ids.push(await hand.instance(await hand.service(kind)));
    const find = async (query: string, from = consumer) =>
      (await hand.ask('GET', `/instances?version=0%2B&${query}`, undefined, from ? { 'X-ConsumerId': from } : {})).text;
    expect(await find('appId=a2&serviceName=P')).toBe('{}\n');
    expect(await find('appId=a2&serviceName=P', '')).toContain(ids[0]);
    expect(await find('appId=a2&serviceName=Shared')).toContain(ids[1]);
    // the consumer's environment counts, whatever is asked for
    expect(await find('appId=a1&serviceName=Prod&env=production')).toContain('400012');
    expect(await find('appId=a1&serviceName=Prod&env=production', '')).toContain(ids[2]);
    const producer = await hand.service({ serviceName: 'C2', environment: 'production' });
    expect(await find('appId=a1&serviceName=Prod', producer)).toContain(ids[2]);
  });

  it('takes an alias for a name', async () => {
    const id = await hand.instance(await hand.service({ serviceName: 'P', alias: 'a1:P' }));
    expect(await hand.found(consumer, 'a1%3AP')).toEqual([id]);
  });

  it('asks for tags of the service', async () => {
    const provider = await hand.service({ serviceName: 'P' });
    const id = await hand.instance(provider);
    expect((await hand.find(consumer, 'P', '&tags=blue')).text).toBe('{}\n');
    await hand.ask('POST', `/microservices/${provider}/tags`, { tags: { blue: 'b' } });
    expect((await hand.find(consumer, 'P', '&tags=blue')).text).toContain(id);
  });

  it('answers many questions at once, each by its index', async () => {
    const [p, q] = [await hand.service({ serviceName: 'P' }), await hand.service({ serviceName: 'Q' })];
    const id = await hand.instance(p);
    const rev = revisionOf(await hand.find(consumer, 'P'));
    const question = (serviceName: string, known?: string) => ({
      service: { appId: 'a1', serviceName, version: '0+' },
      ...(known ? { rev: known } : {}),
    });
    const body = {
      // only the header says who asks, as at service-center
      consumerServiceId: 'nobody',
      services: [question('NOPE'), question('P', rev), question('NOPE2'), question('P', 'old'), question('Q')],
      instances: [{ instance: { serviceId: p, instanceId: id } }, { instance: { serviceId: q, instanceId: id } }],
    };
    const as = { 'X-ConsumerId': consumer };
    const { status, text } = await hand.ask('POST', '/instances/action?type=query&rev=0', body, as);
    expect(status).toBe(200);
    const instance = hand.registry.instances()[0];
    expect(JSON.parse(text)).toEqual({
      services: {
        failed: [
          {
            indexes: [0, 2],
            error: {
              errorCode: '400012',
              errorMessage: 'Micro-service does not exist',
              detail: `Consumer[${consumer}][/a1/C/1.0.0] find provider[/a1/NOPE/0+] failed, provider does not exist`,
            },
          },
        ],
        notModified: [1],
        updated: [
          { index: 3, rev, instances: [instance] },
          { index: 4, rev: expect.any(String) as string },
        ],
      },
      instances: {
        failed: [{ indexes: [1], error: expect.objectContaining({ errorCode: '400017' }) as object }],
        updated: [{ index: 0, rev: expect.any(String) as string, instances: [instance] }],
      },
    });
  });

  it('answers one question as service-center does', async () => {
    const provider = await hand.service({ serviceName: 'P' });
    const id = await hand.instance(provider);
    const rev = revisionOf(await hand.find(consumer, 'P'));
    const services = [{ service: { appId: 'a1', serviceName: 'P', version: '0+' } }];
    const { text } = await hand.ask('POST', '/instances/action?type=query', { services }, { 'X-ConsumerId': consumer });
    expect(text).toBe(
      `{"services":{"updated":[{"index":0,"rev":"${rev}","instances":[{"instanceId":"${id}","serviceId":"${provider}","endpoints":["rest://127.0.0.1:9999"],"hostName":"h","status":"UP","healthCheck":{"mode":"push","interval":30,"times":3},"timestamp":"1767225600","modTimestamp":"1767225600","version":"1.0.0"}]}]}}\n`,
    );
  });

  it('refuses what is no question', async () => {
    const refused = async (body: unknown, query = '?type=query') =>
      (await hand.refused('POST', `/instances/action${query}`, body)).errorCode;
    expect(await refused({})).toBe('400001');
    expect(await refused({ services: [{}] }, '')).toBe('400001');
    expect(await refused({ services: 'x' })).toBe('400001');
    expect(await refused({ services: Array.from({ length: 5001 }, () => ({})) })).toBe('400001');
    const unnamed = { service: { appId: 'a1', serviceName: 'bad name', version: '0+' } };
    expect(await refused({ services: [{}] })).toBe('400001');
    expect(await refused({ services: [unnamed] })).toBe('400001');
    expect(await refused({ instances: [{}] })).toBe('400001');
  });

  it('hides single instances too from who may not see them', async () => {
    const foreign = await hand.service({ serviceName: 'F', appId: 'a2' });
    const id = await hand.instance(foreign);
    const as = { 'X-ConsumerId': consumer };
    const path = `/microservices/${foreign}/instances`;
    expect((await hand.ask('GET', `${path}/${id}`)).status).toBe(200);
    const flag = `Consumer[${consumer}][/a1/C/1.0.0] find provider[${foreign}][/a2/F/1.0.0]`;
    expect(await hand.refused('GET', `${path}/${id}`, undefined, as)).toMatchObject({
      errorCode: '400017',
      detail: `${flag} instance[${id}] failed, provider instance does not exist`,
    });
    expect(await hand.refused('GET', path, undefined, as)).toMatchObject({
      errorCode: '400012',
      detail: `${flag} instances failed, provider instance does not exist`,
    });
  });
});
