import { Returns, Schema } from '@ts-chassis/core';
import { Get } from '@ts-chassis/rest';
import { afterEach, describe, expect, it } from 'vitest';
import { Authenticated, CurrentPrincipal } from '../access/decorators.js';
import { refusalOf, startGuarded, type Guarded } from '../guarded.fixture.js';
import type { Principal } from '../principal.js';
import type { ApiKeyOptions } from './api-key-options.js';
import { hashApiKey } from './api-key-scheme.js';

@Schema({ id: 'me', path: '/me' })
class Me {
  @Authenticated()
  @Get('/')
  @Returns(String)
  async who(@CurrentPrincipal() who?: Principal): Promise<string> {
    return `${who!.name}: ${who!.roles.join()}`;
  }
}

let guarded: Guarded;
afterEach(() => guarded?.stop());
const start = async (apiKey: ApiKeyOptions): Promise<void> => {
  guarded = await startGuarded({ schemas: [Me], auth: { apiKey } });
};

describe('an API key', () => {
  it('names the caller it was given to', async () => {
    const keys = {
      acme: { hash: hashApiKey('k1'), roles: ['partner'] },
      zeta: { hash: hashApiKey('k2').toUpperCase() },
    };
    await start({ header: 'X-Partner-Key', keys });
    expect((await guarded.ask('/me/', { 'x-partner-key': 'k1' })).body).toBe('acme: partner');
    expect((await guarded.ask('/me/', { 'x-partner-key': 'k2' })).body).toBe('zeta: ');
    for (const key of ['k3', '', 'k1 ', hashApiKey('k1'), 'x'.repeat(5000)].filter((text) => text.trim() === text)) {
      const { status, body, challenge } = await guarded.ask('/me/', { 'x-partner-key': key });
      expect([status, challenge]).toEqual([401, 'ApiKey realm="shop", header="x-partner-key"']);
      expect(body).toMatchObject({ code: 'CREDENTIALS_INVALID', detail: 'me.who: wrong API key' });
    }
    expect((await guarded.ask('/me/', { 'x-api-key': 'k1' })).body).toMatchObject({ code: 'CREDENTIALS_MISSING' });
  });

  it('may be judged by a function', async () => {
    await start({ authenticate: async (key) => (key === 'k1' ? { name: 'acme' } : undefined) });
    expect((await guarded.ask('/me/', { 'x-api-key': 'k1' })).body).toBe('acme: ');
    expect((await guarded.ask('/me/', { 'x-api-key': 'k2' })).status).toBe(401);
  });

  it('comes from the configuration too', async () => {
    const values = {
      'servicecomb.authentication.apiKey': { header: 'x-k', keys: { acme: { hash: hashApiKey('k1') } } },
    };
    guarded = await startGuarded({ schemas: [Me], values });
    expect((await guarded.ask('/me/', { 'x-k': 'k1' })).body).toBe('acme: ');
  });

  it.each<readonly [ApiKeyOptions, RegExp]>([
    [{ header: 'Authorization' }, /apiKey\.header: expected a header of its own/],
    [{ header: 'x key' }, /apiKey\.header/],
    [{ keys: { acme: { hash: 'k1' } } }, /apiKey\.keys\.acme\.hash: expected 64 hexadecimal digits/],
    [{ keys: { a: { hash: hashApiKey('k') }, b: { hash: hashApiKey('k') } } }, /got one for a and b/],
  ])('refuses the start for %j', async (apiKey, message) => {
    expect((await refusalOf({ schemas: [Me], auth: { apiKey } })).message).toMatch(message);
  });
});
