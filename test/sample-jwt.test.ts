import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root, Service } from './fixtures/service.js';

const folder = join(root, 'samples/jwt');
let sample: Service;
let address: string;

beforeAll(async () => {
  sample = new Service({ command: [join(folder, 'dist/main.js')], environment: { PORT: '0' }, cwd: folder });
  address = await sample.ready();
});

afterAll(() => sample.stop());

const json = { 'content-type': 'application/json' };

async function login(user: string, password: string): Promise<Response> {
  return fetch(`${address}/login`, { method: 'POST', headers: json, body: JSON.stringify({ user, password }) });
}

async function bearer(user: string, password: string): Promise<Record<string, string>> {
  const { token } = (await (await login(user, password)).json()) as { token: string };
  return { authorization: `Bearer ${token}` };
}

describe('the sample jwt', () => {
  it('lets nobody in without a token, but to the login', async () => {
    const refused = await fetch(`${address}/notes`);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="desk"']);
    expect((await login('ann', 'editor-password')).status).toBe(401);
    expect((await login('mallory', 'reader-password')).status).toBe(401);
    expect((await fetch(`${address}/readyz`)).status).toBe(200);
  });

  it('admits by token and role', async () => {
    const ann = await bearer('ann', 'reader-password');
    const added = await fetch(`${address}/notes`, {
      method: 'POST',
      headers: { ...ann, ...json },
      body: '{"text":"hi"}',
    });
    expect(await added.json()).toEqual({ text: 'hi', by: 'ann' });
    const refused = await fetch(`${address}/notes`, { method: 'DELETE', headers: ann });
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([403, 'ROLE_MISSING']);
    const eve = await bearer('eve', 'editor-password');
    expect((await fetch(`${address}/notes`, { method: 'DELETE', headers: eve })).ok).toBe(true);
    expect(await (await fetch(`${address}/notes`, { headers: ann })).json()).toEqual([]);
  });

  it('takes a changed token for none, and writes nothing of any', async () => {
    const { authorization = '' } = await bearer('ann', 'reader-password');
    const [head, , signature] = authorization.slice(7).split('.');
    const claims = Buffer.from(JSON.stringify({ sub: 'eve', roles: ['editor'], exp: 9e9 })).toString('base64url');
    const forged = `Bearer ${head}.${claims}.${signature}`;
    expect((await fetch(`${address}/notes`, { headers: { authorization: forged } })).status).toBe(401);
    expect(sample.text).not.toContain(signature);
  });
});
