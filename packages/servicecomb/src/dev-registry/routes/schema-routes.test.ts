import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RegistryAtHand } from '../registry.fixture.js';

describe('schemas of a development registry', () => {
  let hand: RegistryAtHand;
  let base: string;
  beforeEach(async () => {
    hand = await RegistryAtHand.start();
    base = `/microservices/${await hand.service({ serviceName: 'P' })}`;
  });
  afterEach(() => hand.close());
  const ids = (): readonly string[] | undefined => hand.registry.services()[0]!.schemas;

  it('are none at first, and kept one by one', async () => {
    expect((await hand.ask('GET', `${base}/schemas`)).text).toBe('{}\n');
    expect((await hand.ask('GET', `${base}/schemas/s1`)).text).toBe(
      '{"errorCode":"400016","errorMessage":"Schema does not exist","detail":"Do not have this schema info."}\n',
    );
    expect(await hand.ask('PUT', `${base}/schemas/s1`, { schema: 'swagger: 2.0' })).toMatchObject({
      status: 200,
      text: '',
    });
    await hand.ask('PUT', `${base}/schemas/s2`, { schemaId: 'ignored', schema: 'x', summary: 'abc1' });
    await hand.ask('PUT', `${base}/schemas/s2`, { schema: 'y', summary: 'abc2' });
    expect((await hand.ask('GET', `${base}/schemas/s1`)).text).toBe('{"schema":"swagger: 2.0"}\n');
    const second = await hand.ask('GET', `${base}/schemas/s2`);
    expect([second.text, second.headers.get('x-schema-summary')]).toEqual(['{"schema":"y"}\n', 'abc2']);
    expect((await hand.ask('GET', `${base}/schemas`)).text).toBe(
      '{"schemas":[{"schemaId":"s1"},{"schemaId":"s2","summary":"abc2"}]}\n',
    );
    expect((await hand.ask('GET', `${base}/schemas?withSchema=1`)).text).toBe(
      '{"schemas":[{"schemaId":"s1","schema":"swagger: 2.0"},{"schemaId":"s2","summary":"abc2","schema":"y"}]}\n',
    );
    expect(ids()).toEqual(['s1', 's2']);
  });

  it('are replaced all together', async () => {
    await hand.ask('PUT', `${base}/schemas/old`, { schema: 'x' });
    const schemas = [{ schemaId: 'new', summary: 'abc', schema: 'y' }];
    expect(await hand.ask('POST', `${base}/schemas`, { schemas })).toMatchObject({ status: 200, text: '' });
    expect(ids()).toEqual(['new']);
    expect(await hand.refused('GET', `${base}/schemas/old`)).toMatchObject({ status: 400, errorCode: '400016' });
  });

  it('are deleted', async () => {
    await hand.ask('PUT', `${base}/schemas/s1`, { schema: 'x' });
    expect((await hand.ask('DELETE', `${base}/schemas/s1`)).status).toBe(200);
    expect(await hand.refused('DELETE', `${base}/schemas/s1`)).toMatchObject({ errorCode: '400016' });
    expect(ids()).toBeUndefined();
  });

  it('are known to be there', async () => {
    await hand.ask('PUT', `${base}/schemas/s1`, { schema: 'x', summary: 'abc' });
    const serviceId = hand.registry.services()[0]!.serviceId!;
    const there = await hand.ask('GET', `/existence?type=schema&serviceId=${serviceId}&schemaId=s1`);
    expect([there.text, there.headers.get('x-schema-summary')]).toEqual([
      `{"serviceId":"${serviceId}","schemaId":"s1"}\n`,
      'abc',
    ]);
    expect(await hand.refused('GET', `/existence?type=schema&serviceId=${serviceId}&schemaId=s2`)).toMatchObject({
      errorCode: '400016',
    });
  });

  it('have their header with a failure too', async () => {
    for (const path of [`${base}/schemas/s1`, '/existence?type=microservice'])
      expect((await hand.ask('GET', path)).headers.get('x-schema-summary')).toBe('');
  });

  it('are refused: without text, with a bad name, beyond a hundred, for nobody', async () => {
    expect(await hand.refused('PUT', `${base}/schemas/s1`, { schema: '' })).toMatchObject({ errorCode: '400001' });
    expect(await hand.refused('PUT', `${base}/schemas/a%20b`, { schema: 'x' })).toMatchObject({ errorCode: '400001' });
    expect(await hand.refused('PUT', '/microservices/nope/schemas/s1', { schema: 'x' })).toMatchObject({
      errorCode: '400012',
    });
    const schemas = Array.from({ length: 100 }, (_, index) => ({ schemaId: `s${index}`, schema: 'x' }));
    await hand.ask('POST', `${base}/schemas`, { schemas });
    expect(await hand.refused('PUT', `${base}/schemas/more`, { schema: 'x' })).toMatchObject({ errorCode: '400100' });
    expect(ids()).toHaveLength(100);
  });
});

describe('schemas that may not change', () => {
  let hand: RegistryAtHand;
  beforeEach(async () => {
    hand = await RegistryAtHand.start({ schemasLocked: true });
  });
  afterEach(() => hand.close());
  const schema = { schema: 'x', summary: 'abc' };
  const schemasOf = async (service: object): Promise<string> =>
    `/microservices/${await hand.service({ serviceName: 'P', schemas: ['s1', 's2'], ...service })}/schemas`;

  it('are put once, and only those that the service named', async () => {
    const path = await schemasOf({});
    expect((await hand.ask('PUT', `${path}/s1`, { schema: 'without a summary' })).status).toBe(200);
    expect(await hand.refused('PUT', `${path}/s1`, { schema: 'x' })).toMatchObject({ errorCode: '400015' });
    expect((await hand.ask('PUT', `${path}/s1`, schema)).status).toBe(200);
    expect(await hand.refused('PUT', `${path}/s1`, schema)).toMatchObject({
      errorCode: '400015',
      detail: 'schema already exist, can not be changed in production',
    });
    expect(await hand.refused('PUT', `${path}/s3`, schema)).toMatchObject({
      errorCode: '400014',
      detail: "Non-existent schemaID can't be added in production",
    });
  });

  it('are not replaced: what is missing is added', async () => {
    const path = await schemasOf({ environment: 'production' });
    await hand.ask('PUT', `${path}/s1`, schema);
    const schemas = [
      { schemaId: 's1', schema: 'other', summary: 'def' },
      { schemaId: 's2', schema: 'y', summary: 'def' },
    ];
    expect((await hand.ask('POST', path, { schemas })).status).toBe(200);
    expect((await hand.ask('GET', `${path}/s1`)).text).toBe('{"schema":"x"}\n');
    expect((await hand.ask('GET', `${path}/s2`)).text).toBe('{"schema":"y"}\n');
    expect(await hand.refused('POST', path, { schemas: [{ ...schema, schemaId: 's3' }] })).toMatchObject({
      errorCode: '400014',
      detail: 'Non-existent schemaIDs [s3]',
    });
  });

  it('change in other environments, and a service that named none may have any', async () => {
    const testing = await schemasOf({ environment: 'testing' });
    for (const text of ['x', 'y'])
      expect((await hand.ask('PUT', `${testing}/s3`, { ...schema, schema: text })).status).toBe(200);
    const path = await schemasOf({ serviceName: 'Q', schemas: [] });
    expect((await hand.ask('PUT', `${path}/s1`, schema)).status).toBe(200);
  });
});
