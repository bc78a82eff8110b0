import { Returns, Schema } from '@ts-chassis/core';
import { Get } from '@ts-chassis/rest';
import { SignJWT } from 'jose';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Authenticated } from '../access/decorators.js';
import { NOON, startGuarded, type Answer, type Guarded } from '../guarded.fixture.js';
import type { JwksOptions } from './jwt-options.js';

@Schema({ id: 'me', path: '/me' })
class Me {
  @Authenticated()
  @Get('/')
  @Returns(String)
  async who(): Promise<string> {
    return 'in';
  }
}

const first = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const second = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const published = (kid: string | undefined, { publicKey }: { publicKey: KeyObject }): object => ({
  ...publicKey.export({ format: 'jwk' }),
  ...(kid !== undefined && { kid }),
  use: 'sig',
});
const tokenOf = (kid: string | undefined, { privateKey }: { privateKey: KeyObject }, name = 'ann'): Promise<string> =>
  new SignJWT({ sub: name, exp: NOON / 1000 + 86_400 })
    .setProtectedHeader({ alg: 'ES256', ...(kid !== undefined && { kid }) })
    .sign(privateKey);

let guarded: Guarded;
let fetched: number;
let answer: () => Response | Promise<Response>;
beforeEach(() => {
  fetched = 0;
  answer = () => Response.json({ keys: [published('1', first)] });
});
afterEach(() => guarded.stop());

async function start(jwks: JwksOptions = {}): Promise<void> {
  const fetch = async (): Promise<Response> => {
    fetched += 1;
    return answer();
  };
  const jwt = { jwksUrl: 'https://login.example/keys', jwks: { fetch, ...jwks } };
  guarded = await startGuarded({ schemas: [Me], auth: { jwt } });
}
const ask = async (token: Promise<string>): Promise<Answer> =>
  guarded.ask('/me/', { authorization: `Bearer ${await token}` });
const down = (): Response => new Response('no', { status: 500 });

describe('published keys', () => {
  it('are fetched once, when first needed, for all who wait', async () => {
    await start();
    expect(fetched).toBe(0);
    const answers = await Promise.all(['ann', 'bob', 'cid'].map((name) => ask(tokenOf('1', first, name))));
    expect([answers.map(({ status }) => status), fetched]).toEqual([[200, 200, 200], 1]);
  });

  it('are fetched anew for a token that names an unknown one, but not before the cool-down is over', async () => {
    await start({ coolDownMs: 30_000 });
    expect((await ask(tokenOf('1', first))).status).toBe(200);
    answer = () => Response.json({ keys: [published('1', first), published('2', second)] });
    expect((await ask(tokenOf('2', second))).status).toBe(401);
    await guarded.clock.advance(29_999);
    expect((await ask(tokenOf('2', second))).status).toBe(401);
    expect(fetched).toBe(1);
    await guarded.clock.advance(1);
    expect((await ask(tokenOf('2', second))).status).toBe(200);
    for (let count = 0; count < 20; count += 1) await ask(tokenOf(`x${count}`, second));
    expect(fetched).toBe(2);
  });

  it('that are taken back verify no more, not even a token that is remembered', async () => {
    await start({ cacheMs: 60_000 });
    expect((await ask(tokenOf('1', first))).status).toBe(200);
    answer = () => Response.json({ keys: [published('2', second)] });
    await guarded.clock.advance(60_000);
    // this one is answered by the keys that are there, while new ones are fetched
    await ask(tokenOf('1', first));
    expect((await ask(tokenOf('1', first))).status).toBe(401);
    expect((await ask(tokenOf('2', second))).status).toBe(200);
    expect(fetched).toBe(2);
  });

  it('are used while they cannot be fetched, for a bounded time; then it is 503 and not 401', async () => {
    await start({ cacheMs: 60_000, maxStaleMs: 120_000, coolDownMs: 30_000 });
    expect((await ask(tokenOf('1', first))).status).toBe(200);
    answer = down;
    await guarded.clock.advance(60_000);
    expect((await ask(tokenOf('1', first))).status).toBe(200);
    expect((await ask(tokenOf('1', first, 'bob'))).status).toBe(200);
    expect((await ask(tokenOf('9', first, 'bob'))).status).toBe(503);
    await guarded.clock.advance(119_999);
    expect((await ask(tokenOf('1', first))).status).toBe(200);
    await guarded.clock.advance(1);
    for (const name of ['ann', 'bob', 'cid']) {
      const { status, body, headers } = await ask(tokenOf('1', first, name));
      expect([status, body]).toMatchObject([503, { code: 'KEYS_UNAVAILABLE' }]);
      expect(headers.get('retry-after')).toMatch(/^\d+$/);
    }
    answer = () => Response.json({ keys: [published('1', first)] });
    await guarded.clock.advance(30_000);
    expect((await ask(tokenOf('1', first))).status).toBe(200);
    expect(fetched).toBeLessThan(6);
  });

  it.each<readonly [string, () => Response | Promise<Response>]>([
    ['a failure', down],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://mallory.example/' } })],
    ['no JSON', () => new Response('<html>')],
    ['no keys', () => Response.json({})],
    ['far too many keys', () => Response.json({ keys: Array.from({ length: 201 }, () => ({ kty: 'EC' })) })],
    ['far too many bytes', () => new Response('x'.repeat(600_000))],
    ['an error', () => Promise.reject(new Error('refused'))],
  ])('answered by %s let nobody in: 503', async (_what, given) => {
    answer = given;
    await start();
    expect((await ask(tokenOf('1', first))).status).toBe(503);
    expect((await ask(tokenOf('1', first))).status).toBe(503);
    expect(fetched).toBe(1);
    answer = () => Response.json({ keys: [published('1', first)] });
    await guarded.clock.advance(1000);
    expect((await ask(tokenOf('1', first))).status).toBe(200);
  });

  it('that do not come in time are given up, and nothing is left behind', async () => {
    answer = () => new Promise(() => undefined);
    await start({ timeoutMs: 2000 });
    const asked = ask(tokenOf('1', first));
    while (fetched === 0) await new Promise(setImmediate);
    await guarded.clock.advance(2000);
    expect((await asked).status).toBe(503);
  });

  it('without names are tried in turn', async () => {
    answer = () => Response.json({ keys: [published(undefined, first), published(undefined, second), { kty: 'odd' }] });
    await start();
    expect((await ask(tokenOf(undefined, second))).status).toBe(200);
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect((await ask(tokenOf(undefined, stranger))).status).toBe(401);
  });

  it('that cannot be used are passed over, also where they stand before the right one', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const strong = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const signed = new SignJWT({ sub: 'ann', exp: NOON / 1000 + 60 }).setProtectedHeader({ alg: 'RS256' });
    answer = () => Response.json({ keys: [published(undefined, weak), published(undefined, strong)] });
    await start();
    expect((await ask(signed.sign(strong.privateKey))).status).toBe(200);
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const { status, body } = await ask(signed.sign(stranger.privateKey));
    expect([status, (body as { detail: string }).detail]).toEqual([
      401,
      'me.who: the signature of the token does not match',
    ]);
  });
});
