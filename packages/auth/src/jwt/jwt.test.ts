import { Returns, Schema } from '@ts-chassis/core';
import { Get } from '@ts-chassis/rest';
import { SignJWT, UnsecuredJWT } from 'jose';
import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { Authenticated, CurrentPrincipal } from '../access/decorators.js';
import { NOON, refusalOf, startGuarded, type Answer, type Guarded } from '../guarded.fixture.js';
import type { Principal } from '../principal.js';
import { jwtIssuer } from './jwt-issuer.js';
import type { JwtAlgorithm } from './algorithms.js';
import type { JwtOptions } from './jwt-options.js';

@Schema({ id: 'me', path: '/me' })
class Me {
  @Authenticated()
  @Get('/')
  @Returns(String)
  async who(@CurrentPrincipal() who?: Principal): Promise<string> {
    return `${who!.name}: ${who!.roles.join()}`;
  }

  @Authenticated({ optional: true })
  @Get('/maybe')
  @Returns(String)
  async maybe(@CurrentPrincipal('name') name?: string): Promise<string> {
    return name ?? 'stranger';
  }
}

const secret = 'thirty-two bytes of a test secret';
const seconds = NOON / 1000;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();

interface Made {
  readonly claims?: object;
  readonly alg?: string;
  readonly key?: KeyObject | Uint8Array;
  readonly header?: object;
}

const valid = { sub: 'ann', roles: ['reader'], exp: seconds + 60 };

function token({ claims = valid, alg = 'HS256', key = Buffer.from(secret), header = {} }: Made = {}): Promise<string> {
  return new SignJWT({ ...claims }).setProtectedHeader({ alg, ...header }).sign(key);
}

let guarded: Guarded;
afterEach(() => guarded?.stop());

async function start(jwt: JwtOptions = { secret }, values: Record<string, unknown> = {}): Promise<void> {
  guarded = await startGuarded({ schemas: [Me], auth: { jwt }, values });
}

const ask = async (text: string | Promise<string>, path = '/me/'): Promise<Answer> =>
  guarded.ask(path, { authorization: `Bearer ${await text}` });

/** What a refused token is told. */
const refusal = async (text: string | Promise<string>): Promise<string> => {
  const { status, challenge, body } = await ask(text);
  expect([status, (body as { code: string }).code]).toEqual([401, 'CREDENTIALS_INVALID']);
  expect(challenge).toMatch(/^Bearer realm="shop", error="invalid_token", error_description="[^"]+"$/);
  return (body as { detail: string }).detail.replace('me.who: ', '');
};

describe('a token', () => {
  it.each<readonly [JwtAlgorithm, () => { publicKey: KeyObject; privateKey: KeyObject }]>([
    ['RS256', () => rsa],
    ['RS512', () => rsa],
    ['PS256', () => rsa],
    ['ES256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['ES384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' })],
    ['ES512', () => generateKeyPairSync('ec', { namedCurve: 'P-521' })],
    ['EdDSA', () => generateKeyPairSync('ed25519')],
  ])('signed by %s names the caller, and one by another key does not', async (alg, pair) => {
    const { publicKey, privateKey } = pair();
    await start({ publicKey: pem(publicKey), algorithms: [alg] });
    expect((await ask(token({ alg, key: privateKey }))).body).toBe('ann: reader');
    const other =
      alg.startsWith('RS') || alg.startsWith('PS') ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : pair();
    expect(await refusal(token({ alg, key: other.privateKey }))).toBe('the signature of the token does not match');
  });

  it.each(['HS256', 'HS384', 'HS512'] as const)('signed by %s does so too', async (alg) => {
    const long = Buffer.alloc(64, 7);
    await start({ secret: long, algorithms: [alg] });
    expect((await ask(token({ alg, key: long }))).body).toBe('ann: reader');
    expect(await refusal(token({ alg, key: Buffer.alloc(64, 8) }))).toBe('the signature of the token does not match');
  });

  it('is read whatever the case of its word, and as one of two keys while they are changed', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const next = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await start({ publicKey: [pem(rsa.publicKey), other.publicKey, pem(next.publicKey)] });
    for (const [alg, { privateKey }] of [
      ['RS256', rsa],
      ['ES256', other],
      ['ES256', next],
    ] as const) {
      const authorization = `bEARER  ${await token({ alg, key: privateKey, header: { kid: 'any' } })}`;
      expect((await guarded.ask('/me/', { authorization })).body).toBe('ann: reader');
    }
  });

  it('without a signature, or signed with the public key as a secret, proves nothing', async () => {
    await start({ publicKey: pem(rsa.publicKey) });
    const unsigned = new UnsecuredJWT({ sub: 'ann', exp: seconds + 60 }).encode();
    expect(await refusal(unsigned)).toBe('the algorithm of the token is not accepted');
    for (const alg of ['none', 'NONE', 'None']) {
      const forged = `${Buffer.from(JSON.stringify({ alg })).toString('base64url')}.${unsigned.split('.')[1]}.`;
      expect(await refusal(forged)).toMatch(/not accepted|malformed/);
    }
    const head = Buffer.from('{"alg":"HS256"}').toString('base64url');
    const body = `${head}.${unsigned.split('.')[1]}`;
    const signature = createHmac('sha256', pem(rsa.publicKey)).update(body).digest('base64url');
    expect(await refusal(`${body}.${signature}`)).toBe('the algorithm of the token is not accepted');
    expect(await refusal(token({ alg: 'RS512', key: rsa.privateKey }))).toBe(
      'the algorithm of the token is not accepted',
    );
  });

  it.each([
    [{ exp: seconds - 31 }, 'the token has expired'],
    [{ nbf: seconds + 31 }, 'the token is not valid yet'],
    [{ iat: seconds + 31 }, 'the token was issued in the future'],
    [{ exp: undefined }, 'the token has no claim exp'],
    [{ exp: 'soon' }, 'the claim exp of the token is not what is expected'],
    [{ iat: 'then' }, 'the claim iat of the token is not what is expected'],
    [{ iss: 'mallory' }, 'the claim iss of the token is not what is expected'],
    [{ aud: ['a', 'b'] }, 'the claim aud of the token is not what is expected'],
    [{ sub: undefined }, 'the token names nobody'],
    [{ sub: 42 }, 'the token names nobody'],
  ])('with %j is refused', async (claims, reason) => {
    await start({ secret, issuer: 'login', audience: ['shop', 'stock'] });
    const sound = { ...valid, iss: 'login', aud: ['other', 'stock'] };
    expect((await ask(token({ claims: sound }))).status).toBe(200);
    expect(await refusal(token({ claims: { ...sound, ...claims } }))).toBe(reason);
  });

  it('within the clock skew is good, and ends when it is over although it is remembered', async () => {
    await start({ secret, clockSkewMs: 5000 });
    const text = await token({ claims: { ...valid, exp: seconds - 4, nbf: seconds + 4, iat: seconds + 4 } });
    expect((await ask(text)).status).toBe(200);
    expect((await ask(text)).status).toBe(200);
    await guarded.clock.advance(1000);
    expect(await refusal(text)).toBe('the token has expired');
  });

  it.each([
    ['', 'the token is malformed'],
    ['x', 'the token is malformed'],
    ['a.b.c', 'the token is malformed'],
    ['a.b.c.d.e', 'the token is malformed'],
    [`${'a'.repeat(5000)}.${'b'.repeat(5000)}.c`, 'the token is longer than 8192 characters'],
  ])('that is none is refused (%#)', async (text, reason) => {
    await start();
    expect(await refusal(text)).toBe(reason);
  });

  it('with a part of the protocol that nobody knows here is refused', async () => {
    await start();
    const crit = token({ header: { crit: ['x'], x: 1 } }).catch(() => undefined);
    expect(await crit).toBeUndefined();
    const head = Buffer.from('{"alg":"HS256","crit":["x"],"x":1}').toString('base64url');
    const body = `${head}.${Buffer.from(JSON.stringify(valid)).toString('base64url')}`;
    const signature = createHmac('sha256', secret).update(body).digest('base64url');
    expect(await refusal(`${body}.${signature}`)).toBe('the token is malformed');
  });

  it('never makes a stranger of its bearer; a wrong word does not either', async () => {
    await start();
    expect((await guarded.ask('/me/maybe')).body).toBe('stranger');
    expect((await ask(token(), '/me/maybe')).body).toBe('ann');
    expect((await ask('a.b.c', '/me/maybe')).status).toBe(401);
    for (const authorization of ['Digest x', `Token ${await token()}`, await token(), `Bearerx ${await token()}`]) {
      const { status, body, challenge } = await guarded.ask('/me/maybe', { authorization });
      expect([status, (body as { code: string }).code, challenge]).toEqual([
        401,
        'CREDENTIALS_INVALID',
        'Bearer realm="shop"',
      ]);
    }
  });

  it('that stands beside another is refused, whichever of them is good', async () => {
    await start();
    const [good, bad] = [`Bearer ${await token()}`, 'Bearer a.b.c'];
    for (const authorization of [
      [good, good],
      [good, bad],
      [bad, good],
    ]) {
      const url = `http://127.0.0.1:${guarded.app.endpoints[0]!.port}/me/`;
      // as lines of its own: the types know no more than one
      const asked = request(url).setHeader('authorization', authorization);
      const [response] = (await once(asked.end(), 'response')) as [IncomingMessage];
      expect([response.statusCode, await text(response)]).toEqual([401, expect.stringContaining('more than once')]);
    }
  });

  it('may say name and roles in other claims, or be read by a function', async () => {
    const claims = {
      ...valid,
      realm_access: { roles: ['a', 7, 'b'] },
      client: { id: 'cli' },
      'https://x.example/roles': 'c d',
    };
    await start({ secret, nameClaim: 'client.id', rolesClaim: 'realm_access.roles' });
    expect((await ask(token({ claims }))).body).toBe('cli: a,b');
    await guarded.stop();
    await start({ secret, rolesClaim: 'https://x.example/roles' });
    expect((await ask(token({ claims }))).body).toBe('ann: c,d');
    await guarded.stop();
    await start({ secret, caller: ({ sub }) => (sub === 'ann' ? { name: 'ANN' } : undefined) });
    expect((await ask(token({ claims }))).body).toBe('ANN: ');
    expect(await refusal(token({ claims: { ...valid, sub: 'bob' } }))).toBe('the token names nobody');
  });

  it('is judged by the skew of the program where the configuration says none', async () => {
    await start({ clockSkewMs: 0 }, { 'servicecomb.authentication.jwt.secret': secret });
    expect(await refusal(token({ claims: { ...valid, exp: seconds - 5 } }))).toBe('the token has expired');
  });

  it('of another media type is refused where one is asked for', async () => {
    await start({ secret, type: 'at+jwt' });
    expect((await ask(token({ header: { typ: 'at+jwt' } }))).status).toBe(200);
    expect(await refusal(token({ header: { typ: 'JWT' } }))).toMatch(/claim typ/);
  });
});

describe('keys of tokens', () => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
  it.each<readonly [string, JwtOptions, RegExp]>([
    ['judged by a skew that is no number', { secret, clockSkewMs: NaN }, /jwt\.clockSkewMs: expected.*got NaN/],
    ['judged without bounds', { secret, clockSkewMs: Infinity }, /jwt\.clockSkewMs: expected.*got Infinity/],
    ['of any length', { secret, maxTokenLength: NaN }, /jwt\.maxTokenLength: expected.*got NaN/],
    ['none', {}, /jwt: expected one of secret, publicKey and jwksUrl, got none/],
    ['two', { secret, publicKey: rsa.publicKey }, /got secret and publicKey/],
    ['short', { secret: 'short' }, /jwt\.secret: expected at least 32 bytes for HS256.*got 5/],
    ['short for its hash', { secret, algorithms: ['HS512'] }, /at least 64 bytes for HS512/],
    ['a PEM as secret', { secret: pem(rsa.publicKey) }, /expected a secret, got a key in PEM/],
    [
      'confused',
      { publicKey: rsa.publicKey, algorithms: ['RS256', 'HS256'] },
      /jwt\.algorithms: expected of these public keys RS256.*got "HS256"/,
    ],
    [
      'confused the other way',
      { secret, algorithms: ['RS256'] },
      /expected of a secret HS256, HS384, HS512, got "RS256"/,
    ],
    ['for none', { secret, algorithms: ['none' as never] }, /got "none"/],
    [
      'of another curve',
      { publicKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey, algorithms: ['ES384'] },
      /expected of these public keys ES256/,
    ],
    ['weak', { publicKey: weak.publicKey }, /expected at least 2048 bits, got 1024/],
    ['of a sort not used', { publicKey: generateKeyPairSync('x25519').publicKey }, /expected RSA, P-256.*got x25519/],
    [
      'private',
      { publicKey: rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() },
      /expected a public key, got a private one/,
    ],
    ['no key', { publicKey: 'hello' }, /does not parse/],
    ['over plain HTTP', { jwksUrl: 'http://login.example/keys' }, /jwt\.jwksUrl: expected an https address/],
    ['at no address', { jwksUrl: 'keys' }, /jwt\.jwksUrl/],
    [
      'with HS from afar',
      { jwksUrl: 'https://login.example/keys', algorithms: ['HS256'] },
      /expected of published keys RS256/,
    ],
  ])('that are %s refuse the start', async (_what, jwt, message) => {
    const refused = await refusalOf({ schemas: [Me], auth: { jwt } });
    expect(refused.message).toMatch(message);
    expect(refused.message).not.toContain(secret);
  });

  it('come from the configuration too, and are changed while it runs', async () => {
    const key = 'servicecomb.authentication.jwt';
    guarded = await startGuarded({ schemas: [Me], values: { [`${key}.secret`]: secret, [`${key}.issuer`]: 'login' } });
    const old = await token({ claims: { ...valid, iss: 'login' } });
    expect((await ask(old)).status).toBe(200);
    expect(await refusal(token())).toMatch(/claim iss/);
    const other = 'another secret of thirty-two bytes';
    guarded.app.config.set(`${key}.secret`, other);
    expect(await refusal(old)).toBe('the signature of the token does not match');
    const fresh = token({ claims: { ...valid, iss: 'login' }, key: Buffer.from(other) });
    expect((await ask(fresh)).status).toBe(200);
    guarded.app.config.set(`${key}.secret`, 'short');
    expect((await ask(fresh)).status).toBe(200);
    expect(guarded.lines.join('\n')).toMatch(
      /error authentication keeps what it was set up with: jwt\.secret: expected at least/,
    );
  });
});

describe('a secret of the configuration', () => {
  it('may be written as a cipher', async () => {
    const values = { 'servicecomb.authentication.jwt.secret': `cipher(default:${secret})` };
    guarded = await startGuarded({ schemas: [Me], values });
    expect((await ask(token())).status).toBe(200);
  });
});

describe('an issuer', () => {
  it('makes tokens that are read here', async () => {
    await start({ publicKey: rsa.publicKey, issuer: 'shop', audience: 'api' });
    const issuer = jwtIssuer({
      privateKey: rsa.privateKey,
      issuer: 'shop',
      audience: 'api',
      clock: guarded.clock,
      lifetimeMs: 60_000,
    });
    const text = await issuer.issue({
      name: 'ann',
      roles: ['a', 'b'],
      claims: { sub: 'mallory', exp: 9e9, roles: ['root'] },
    });
    expect((await ask(text)).body).toBe('ann: a,b');
    await guarded.clock.advance(90_000);
    expect(await refusal(text)).toBe('the token has expired');
  });

  it('refuses keys that are none', () => {
    const { clock } = guarded;
    expect(() => jwtIssuer({ clock })).toThrow(/expected one of secret and privateKey/);
    expect(() => jwtIssuer({ clock, secret: 'short' })).toThrow(/at least 32 bytes/);
    expect(() => jwtIssuer({ clock, secret, algorithm: 'RS256' })).toThrow(/expected of this key HS256/);
    expect(() => jwtIssuer({ clock, privateKey: rsa.publicKey })).toThrow(/expected a private/);
    expect(() => jwtIssuer({ clock, privateKey: 'x' })).toThrow(/does not parse/);
  });

  it.each([NaN, Infinity, 0, -1, 1e300, '60000', null])('refuses a lifetime of %s', (lifetimeMs) => {
    const options = { clock: { now: () => NOON }, secret, lifetimeMs: lifetimeMs as number };
    expect(() => jwtIssuer(options)).toThrow(
      expect.objectContaining({
        code: 'AUTH_INVALID',
        message: `jwtIssuer.lifetimeMs: expected milliseconds, more than 0, got ${String(lifetimeMs)}`,
      }),
    );
  });
});
