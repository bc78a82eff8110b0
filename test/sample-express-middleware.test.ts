import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { root, Service } from './fixtures/service.js';

const folder = join(root, 'samples/express-middleware');
let sample: Service;
let address: string;

beforeAll(async () => {
  sample = new Service({ command: [join(folder, 'dist/main.js')], environment: { PORT: '0' }, cwd: folder });
  address = await sample.ready();
});

afterAll(() => sample.stop());

const post = (path: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${address}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });

describe('the sample express-middleware', () => {
  it('has the headers of helmet on every answer, and a principal from middleware', async () => {
    const known = await fetch(`${address}/notes/who/am/i`, { headers: { 'x-name': 'ann' } });
    expect([await known.json(), known.headers.get('x-frame-options')]).toEqual(['ann from 127.0.0.1', 'SAMEORIGIN']);
    const missing = await fetch(`${address}/notes/99`);
    expect([missing.status, missing.headers.get('x-frame-options')]).toEqual([404, 'SAMEORIGIN']);
  });

  it('takes a signed body, still checked, and refuses a wrong signature', async () => {
    const sign = (body: string): string => createHmac('sha256', 'sample').update(body).digest('hex');
    const good = '{"text":"signed"}';
    expect((await post('/notes/signed', good, { 'x-signature': sign(good) })).status).toBe(201);
    const wrong = await post('/notes/signed', good, { 'x-signature': sign('other') });
    expect([wrong.status, await wrong.json()]).toEqual([
      403,
      expect.objectContaining({ detail: 'the signature is wrong' }),
    ]);
    const empty = '{"text":""}';
    expect((await post('/notes/signed', empty, { 'x-signature': sign(empty) })).status).toBe(400);
  });

  it('serves an application of Express below a path, five times a minute', async () => {
    expect(await (await fetch(`${address}/legacy/greeting/Ann`)).text()).toBe('Good day, Ann.');
    const sum = await fetch(`${address}/legacy/sum`, { method: 'POST', body: new URLSearchParams({ a: '1', b: '2' }) });
    expect(await sum.json()).toEqual({ sum: 3 });
    for (let count = 0; count < 3; count++) await fetch(`${address}/legacy/nothing`);
    expect((await fetch(`${address}/legacy/greeting/Ann`)).status).toBe(429);
  });

  it('feeds notes over a WebSocket, which is told of the stop', async () => {
    const feed = new WebSocket(`${address.replace('http', 'ws')}/notes/feed`);
    await once(feed, 'open');
    const message = once(feed, 'message');
    await post('/notes', '{"text":"new"}');
    const [data] = (await message) as [Buffer];
    expect(JSON.parse(String(data))).toEqual({ text: 'new' });
    const closed = once(feed, 'close');
    expect(await sample.stop()).toBe(0);
    expect((await closed)[0]).toBe(1001);
  });
});
