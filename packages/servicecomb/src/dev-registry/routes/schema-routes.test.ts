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
