import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root, Service } from './fixtures/service.js';

const folder = join(root, 'samples/static');
let sample: Service;
let address: string;

beforeAll(async () => {
  sample = new Service({ command: [join(folder, 'dist/main.js')], environment: { PORT: '0' }, cwd: folder });
  address = await sample.ready();
});

afterAll(() => sample.stop());

describe('the sample static', () => {
  it('serves pages, assets that last, and one page for an application', async () => {
    const page = await fetch(`${address}/`);
    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'public, max-age=0']);
    const asset = await fetch(`${address}/assets/site.css`);
    expect([asset.headers.get('content-type'), asset.headers.get('cache-control')]).toEqual([
      'text/css; charset=utf-8',
      'public, max-age=31536000, immutable',
    ]);
    expect((await fetch(`${address}/any/where`, { headers: { accept: 'text/html' } })).status).toBe(200);
    expect((await fetch(`${address}/any/where.png`)).status).toBe(404);
  });

  it('shows and saves documents, and nothing else', async () => {
    expect(await (await fetch(`${address}/documents/terms`)).text()).toBe('Be kind.\n');
    const saved = await fetch(`${address}/documents/terms.txt/download`);
    expect(saved.headers.get('content-disposition')).toBe('attachment; filename="terms.txt"');
    const part = await fetch(`${address}/documents/terms.txt`, { headers: { range: 'bytes=3-6' } });
    expect([part.status, await part.text()]).toEqual([206, 'kind']);
    expect((await fetch(`${address}/documents/..%2fpackage.json`)).status).toBe(404);
  });

  it('changes settings only in the state that is meant', async () => {
    const put = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${address}/settings`, {
        method: 'PUT',
        body: '{"theme":"dark"}',
        headers: { 'content-type': 'application/json', ...headers },
      });
    const etag = (await fetch(`${address}/settings`)).headers.get('etag')!;
    expect((await put({})).status).toBe(428);
    const changed = await put({ 'if-match': etag });
    const cookie = changed.headers.get('set-cookie')!;
    expect([changed.status, cookie]).toEqual([200, 'theme=dark; Max-Age=31536000; Path=/; HttpOnly; SameSite=Lax']);
    expect((await put({ 'if-match': etag })).status).toBe(412);
    const mine = await fetch(`${address}/settings/mine`, { headers: { cookie: cookie.split(';')[0]! } });
    expect(await mine.json()).toBe('dark');
  });
});
