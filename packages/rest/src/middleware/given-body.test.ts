import express from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { RawConnection } from '../server/serving.fixture.js';
import { run, stopAll } from './application.fixture.js';
import { get, Items } from './items.fixture.js';
import type { Middleware } from './middleware.js';

afterEach(stopAll);

describe('a body that middleware read', () => {
  const post = (origin: string, path: string, body: string, type = 'application/json'): ReturnType<typeof get> =>
    get(`${origin}${path}`, { method: 'POST', headers: { 'content-type': type }, body });

  it('feeds the arguments, which are validated as ever', async () => {
    const { origin } = await run({ schemas: [Items], rest: { use: [express.json() as Middleware] } });
    expect((await post(origin, '/items', '{"name":"ab","count":2,"more":1}')).text).toBe('{"name":"ab","count":2}');
    const bad = await post(origin, '/items', '{"name":"a","count":"x"}');
    expect([bad.status, (JSON.parse(bad.text) as { errors: unknown[] }).errors.length]).toEqual([400, 2]);
    const broken = await post(origin, '/items', '{"name":');
    expect([broken.status, broken.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
  });

  it('feeds forms', async () => {
    const { origin } = await run({
      schemas: [Items],
      rest: { use: [express.urlencoded({ extended: true }) as Middleware] },
    });
    const form = 'application/x-www-form-urlencoded';
    expect((await post(origin, '/items/form', 'name=a&count=1', form)).text).toBe('"a2"');
    expect((await post(origin, '/items/form', 'name=a&name=b&count[x]=1', form)).status).toBe(400);
  });

  it('may be left as bytes, to check a signature', async () => {
    const { origin } = await run({ schemas: [Items], rest: { use: [express.raw({ type: '*/*' }) as Middleware] } });
    expect((await post(origin, '/items', '{"name":"ab"}')).text).toBe('{"name":"ab"}');
    expect((await post(origin, '/items', '{"name":')).status).toBe(400);
  });

  it('is left to us when it has another type', async () => {
    const { origin } = await run({ schemas: [Items], rest: { use: [express.urlencoded() as Middleware] } });
    expect((await post(origin, '/items', '{"name":"ab"}')).status).toBe(200);
  });

  it('is missed when nothing is left of it, rather than waited for', async () => {
    const { origin, logged } = await run({
      schemas: [Items],
      rest: { use: [(request, _response, next) => void request.resume().on('end', () => next())] },
    });
    expect((await post(origin, '/items', '{"name":"ab"}')).status).toBe(500);
    const [failure] = logged.filter(({ message }) => message === 'request failed');
    expect(failure?.fields?.['error']).toMatchObject({ code: 'BODY_TAKEN' });
  });

  it('too large for middleware is refused with its status', async () => {
    const { origin } = await run({ schemas: [Items], rest: { use: [express.json({ limit: 10 }) as Middleware] } });
    const answer = await post(origin, '/items', JSON.stringify({ name: 'x'.repeat(100) }));
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      413,
      expect.objectContaining({ status: 413, detail: 'request entity too large', title: 'Payload Too Large' }),
    ]);
  });

  it('is asked for when the client waits for a word before it sends it', async () => {
    const { app } = await run({ schemas: [Items], rest: { use: [express.json() as Middleware] } });
    const connection = new RawConnection(app.endpoints[0]!.port);
    await connection.write(
      'POST /items HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 13\r\nConnection: close\r\n\r\n',
    );
    expect(await connection.until(/\r\n\r\n/)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    await connection.write('{"name":"ab"}');
    expect(await connection.untilClosed()).toMatch(/HTTP\/1.1 200 OK[^]*{"name":"ab"}$/);
  });
});
