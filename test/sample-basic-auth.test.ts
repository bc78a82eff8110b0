import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root, Service } from './fixtures/service.js';

const folder = join(root, 'samples/basic-auth');
let sample: Service;
let address: string;

beforeAll(async () => {
  sample = new Service({ command: [join(folder, 'dist/main.js')], environment: { PORT: '0' }, cwd: folder });
  address = await sample.ready();
});

afterAll(() => sample.stop());

const ask = (path: string, user?: string, method = 'GET'): Promise<Response> =>
  fetch(address + path, {
    method,
    headers: user === undefined ? {} : { authorization: `Basic ${Buffer.from(user).toString('base64')}` },
  });

describe('the sample basic-auth', () => {
  it('asks for name and password by its configuration', async () => {
    const refused = await ask('/wine');
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      'Basic realm="cellar", charset="UTF-8"',
    ]);
    expect((await ask('/wine', 'ann:a:pass:with')).status).toBe(401);
    expect(await (await ask('/wine', 'ann:a:pass:with:colons')).text()).toBe('12');
  });

  it('admits by role', async () => {
    expect((await ask('/wine/take', 'ann:a:pass:with:colons', 'POST')).status).toBe(403);
    expect(await (await ask('/wine/take', 'eve:editor-password', 'POST')).text()).toContain('one for eve');
  });
});
