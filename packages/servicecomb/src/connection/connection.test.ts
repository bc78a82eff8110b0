import { VirtualClock } from '@ts-chassis/core';
import { afterEach, describe, expect, it } from 'vitest';
import { Bench, json } from './control-plane.fixture.js';

const bench = new Bench();
afterEach(() => bench.close());

describe('a request', () => {
  it('is sent as JSON with its query, and brings status, headers and JSON', async () => {
    const plane = await bench.plane();
    plane.answer = (asked, response) => {
      response.setHeader('X-Resource-Revision', 'r1');
      json({ instances: [] })(asked, response);
    };
    const connection = bench.connection([plane.url], { headers: { 'x-domain-name': 'default' } });
    const answer = await connection.request({
      method: 'POST',
      path: '/v4/default/registry/instances/action',
      query: { type: 'query', label: ['a:b', 'c:d&e'], none: undefined },
      headers: { 'x-consumerid': 'c001' },
      body: { services: [] },
    });
    expect(answer).toMatchObject({ status: 200, body: { instances: [] }, address: plane.url });
    expect(answer.headers['x-resource-revision']).toBe('r1');
    expect(plane.asked).toMatchObject([
      {
        method: 'POST',
        url: '/v4/default/registry/instances/action?type=query&label=a%3Ab&label=c%3Ad%26e',
        headers: { 'content-type': 'application/json', 'x-consumerid': 'c001', 'x-domain-name': 'default' },
        body: '{"services":[]}',
      },
    ]);
  });

  it.each([
    [200, 'text/plain; charset=UTF-8', '', undefined],
    [304, undefined, '', undefined],
    [400, 'application/json', '{"errorCode":"400012"}', { errorCode: '400012' }],
    [403, 'application/json', '{"errorCode":"403001"}', { errorCode: '403001' }],
  ])('leaves what %i means to who asked', async (status, type, text, body) => {
    const plane = await bench.plane();
    plane.answer = (_, response) => void response.writeHead(status, type ? { 'content-type': type } : {}).end(text);
    const answer = await bench.connection([plane.url]).request({ method: 'GET', path: '/a' });
    expect(answer).toMatchObject({ status, body });
  });

  it('is harmless with keys of prototypes', async () => {
    const plane = await bench.plane();
    plane.answer = json('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
    await bench.connection([plane.url]).request({ method: 'GET', path: '/a' });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('an answer that cannot be used', () => {
  const invalid = 'REGISTRY_ANSWER_INVALID';
  const unavailable = 'REGISTRY_UNAVAILABLE';
  it.each<[string, string, string, (response: import('node:http').ServerResponse) => void]>([
    ['broken JSON', invalid, 'broken JSON', (r) => r.setHeader('content-type', 'application/json').end('{"a":')],
    ['a page', invalid, 'text/html', (r) => r.setHeader('content-type', 'text/html').end('<html>')],
    [
      'a redirection',
      invalid,
      'status 302, to http://elsewhere',
      (r) => r.writeHead(302, { location: 'http://elsewhere' }).end(),
    ],
    [
      'a said length beyond the limit',
      invalid,
      'more than 100000 bytes',
      (r) => r.writeHead(200, { 'content-length': 10_000_000 }).write('['),
    ],
    ['more than the limit', invalid, 'more than 100000 bytes', (r) => r.end('x'.repeat(200_000))],
    ['a coding', invalid, 'coded as gzip', (r) => r.setHeader('content-encoding', 'gzip').end('{}')],
    [
      'a fault',
      unavailable,
      'status 500: {"errorCode":"500003"}',
      (r) => r.writeHead(500, { 'content-type': 'application/json' }).end('{"errorCode":"500003"}'),
    ],
    [
      'too many requests',
      unavailable,
      'status 429: You have reached maximum request limit.',
      (r) => r.writeHead(429, { 'content-type': 'text/plain' }).end('You have reached maximum request limit.'),
    ],
    [
      'half',
      unavailable,
      'other side closed',
      (r) => void r.writeHead(200, { 'content-length': 100 }).write('{"a"', () => r.destroy()),
    ],
    ['a reset', unavailable, 'ECONNRESET', (r) => void (r.socket as import('node:net').Socket).resetAndDestroy()],
  ])('%s', async (_, code, message, answer) => {
    const plane = await bench.plane();
    plane.answer = (__, response) => answer(response);
    const connection = bench.connection([plane.url.replace('//', '//me:secret@')], { maxBytes: 100_000 });
    const failure: Error = await connection.request({ method: 'GET', path: '/v4/x' }).then(
      () => expect.unreachable(),
      (error: Error) => error,
    );
    expect(failure).toMatchObject({ code, retryAfterMs: 1000 });
    expect(failure.message).toContain(message);
    expect(failure.message).toContain(`service-center at ${plane.url}: GET /v4/x: `);
    expect(failure.message).not.toContain('secret');
  });

  it('tells when to ask again, as the answer says', async () => {
    const plane = await bench.plane();
    plane.answer = (_, response) => void response.writeHead(503, { 'retry-after': '7' }).end();
    const asked = bench.connection([plane.url]).request({ method: 'GET', path: '/a' });
    await expect(asked).rejects.toMatchObject({ code: unavailable, retryAfterMs: 7000 });
  });

  it('is not waited for longer than its time, the body included', async () => {
    const plane = await bench.plane();
    const clock = new VirtualClock();
    plane.answer = (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).write('{');
    const connection = bench.connection([plane.url], { clock });
    const asked = connection.request({ method: 'GET', path: '/a' });
    const failed = expect(asked).rejects.toMatchObject({
      code: unavailable,
      message: expect.stringContaining('no whole answer within 5000 ms'),
    });
    await plane.came(1);
    await clock.advance(5000);
    await failed;
    const long = connection.request({ method: 'GET', path: '/b', timeoutMs: 60_000 });
    const failedLater = expect(long).rejects.toThrow('no whole answer within 60000 ms');
    await plane.came(2);
    await clock.advance(60_000);
    await failedLater;
    expect(clock.pending).toBe(0);
  });

  it('ends with the signal of who asked, and with the connection', async () => {
    const plane = await bench.plane();
    plane.answer = () => undefined;
    const connection = bench.connection([plane.url]);
    const ends = new AbortController();
    const aborted = expect(connection.request({ method: 'GET', path: '/a', signal: ends.signal })).rejects.toThrow(
      'enough',
    );
    await plane.came(1);
    ends.abort(new Error('enough'));
    await aborted;
    const closed = expect(connection.request({ method: 'GET', path: '/a' })).rejects.toThrow('connection is closed');
    await plane.came(2);
    await connection.close();
    await closed;
    await expect(connection.request({ method: 'GET', path: '/a' })).rejects.toThrow('connection is closed');
  });
});

describe('a kept connection', () => {
  it('that is gone costs no failure', async () => {
    const plane = await bench.plane();
    const connection = bench.connection([plane.url]);
    await connection.request({ method: 'GET', path: '/a' });
    plane.answer = (asked, response) => {
      plane.answer = json({});
      response.socket!.destroy();
    };
    await expect(connection.request({ method: 'PUT', path: '/b' })).resolves.toMatchObject({ status: 200 });
    expect(plane.asked.map(({ url }) => url)).toEqual(['/a', '/b', '/b']);
  });
});
