import { connect } from 'node:net';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RegistryAtHand } from '../registry.fixture.js';

describe('the server of a development registry', () => {
  let hand: RegistryAtHand;
  beforeEach(async () => {
    hand = await RegistryAtHand.start({ maxBodyBytes: 100_000 });
  });
  afterEach(() => hand.close());

  it('has no other paths, and no other methods', async () => {
    for (const path of [
      '/nope',
      '/v4/default/xx',
      '/microservices/',
      '/microservices/a/b',
      '/microservices/%zz',
      '/v4/default',
    ]) {
      const { status, text } = await hand.ask('GET', path);
      expect([status, text], path).toEqual([404, '404 page not found\n']);
    }
    const { status, text, headers } = await hand.ask('PATCH', '/microservices');
    expect([status, text, headers.get('content-type')]).toEqual([
      405,
      'Method Not Allowed\n',
      'text/plain; charset=utf-8',
    ]);
  });

  it('refuses a body that is no JSON, no object, or too long', async () => {
    for (const body of ['{bad', '', '[]', '"x"', 'null', '1'])
      expect(await hand.refused('POST', '/microservices', body), body).toMatchObject({
        status: 400,
        errorCode: '400001',
      });
    expect(await hand.refused('POST', '/microservices', 'x'.repeat(100_001))).toMatchObject({
      errorCode: '400001',
      detail: 'the body is longer than 100000 bytes',
    });
    expect((await hand.ask('GET', '/health')).status).toBe(200);
  });

  it('says what is wrong with a body as service-center was seen to say it', async () => {
    const detail = async (body: string) => (await hand.refused('POST', '/microservices', body)).detail;
    expect(await detail('{bad')).toBe("invalid character 'b' looking for beginning of object key string");
    expect(await detail('')).toBe('unexpected end of JSON input');
    expect(await detail('null')).toBe('Request body is empty');
    expect(await detail('{}')).toBe('Request body is empty');
  });

  it('takes keys that have a meaning elsewhere for names like others', async () => {
    const body =
      '{"service":{"serviceName":"P","properties":{"__proto__":"x","constructor":"y"}},"__proto__":{"instances":1}}';
    expect((await hand.ask('POST', '/microservices', body)).status).toBe(200);
    expect(Object.entries(hand.registry.services()[0]!.properties!)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });

  it('answers who is refused before the body is read', async () => {
    const socket = connect(hand.registry.port, '127.0.0.1');
    socket.write('PATCH /v4/default/registry/microservices HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nx');
    const text = await new Promise<string>((resolve) => {
      let all = '';
      socket.on('data', (data: Buffer) => (all += data.toString())).on('end', () => resolve(all));
    });
    expect(text).toMatch(/^HTTP\/1\.1 405 /);
    expect(text).toMatch(/connection: close/i);
    socket.destroy();
  });

  it('outlives clients that go away under their requests', async () => {
    const socket = connect(hand.registry.port, '127.0.0.1');
    socket.write('POST /v4/default/registry/microservices HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{');
    await new Promise<void>((resolve) => socket.write('"', () => resolve()));
    socket.destroy();
    expect((await hand.ask('GET', '/health')).status).toBe(200);
  });

  it('answers whatever it is sent, and never with a failure of its own', async () => {
    const id = await hand.service({ serviceName: 'P' });
    const instance = await hand.instance(id);
    const paths = [
      '/microservices',
      `/microservices/${id}/instances`,
      `/microservices/${id}/instances/${instance}/properties`,
      `/microservices/${id}/schemas`,
      `/microservices/${id}/schemas/s1`,
      `/microservices/${id}/tags`,
      '/instances/action?type=query',
      '/heartbeats',
    ];
    const names = [
      'service',
      'instance',
      'instances',
      'services',
      'schemas',
      'properties',
      'healthCheck',
      'endpoints',
      'tags',
    ];
    const leaf = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constantFrom('P', id, instance),
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), tie('value'), { maxKeys: 4 }),
      ),
    }));
    const request = fc.tuple(fc.constantFrom('POST', 'PUT', 'DELETE'), fc.constantFrom(...paths), value);
    await fc.assert(
      fc.asyncProperty(request, async ([method, path, body]) => {
        const { status } = await hand.ask(method, path, JSON.stringify(body));
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 200 },
    );
  });

  it('frees its port, and ends what is connected', async () => {
    const id = await hand.service({ serviceName: 'P' });
    const watcher = await hand.open(`/microservices/${id}/watcher`);
    await hand.registry.close();
    await expect.poll(() => watcher.codes).toEqual([1006]);
    expect(hand.clock.pending).toBe(0);
    await expect(hand.ask('GET', '/health')).rejects.toThrow();
  });
});
