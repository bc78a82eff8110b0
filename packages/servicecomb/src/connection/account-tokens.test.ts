import { seededRandom, VirtualClock } from '@ts-chassis/core';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { AccountTokens } from './account-tokens.js';
import { Bench, json, type Answering, type ControlPlane } from './control-plane.fixture.js';
import { tokenLifetimeMs } from './token-lifetime.js';

const bench = new Bench();
afterEach(() => bench.close());

const HOUR_MS = 3_600_000;
const account = (): Promise<{ name: string; password: string }> =>
  Promise.resolve({ name: 'shop', password: 'hunter2' });

function jwt(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS512' })}.${part(claims)}.signature`;
}

/** A registry with accounts: gives tokens `t1`, `t2`... and takes the last of them alone. */
class Guarded {
  count = 0;
  refuses: Answering | undefined;
  claims: object | undefined;

  constructor(readonly plane: ControlPlane) {
    plane.answer = (asked, response) => {
      if (asked.url !== '/v4/token') {
        const taken = asked.headers.authorization === `Bearer ${this.token}`;
        const failure = { errorCode: '401201', errorMessage: 'unauthorized' };
        return json(taken ? {} : failure, taken ? 200 : 401)(asked, response);
      }
      if (this.refuses) return this.refuses(asked, response);
      this.count += 1;
      return json({ token: this.token })(asked, response);
    };
  }

  get token(): string {
    return this.claims ? jwt({ ...this.claims, count: this.count }) : `t${this.count}`;
  }

  get logins(): number {
    return this.plane.asked.filter(({ url }) => url === '/v4/token').length;
  }
}

const ask = { method: 'GET', path: '/a' } as const;

describe('the token of an account', () => {
  it('is fetched once for all who wait, and sent with every request', async () => {
    const guarded = new Guarded(await bench.plane());
    const connection = bench.connection([guarded.plane.url], { account });
    const answers = await Promise.all([1, 2, 3].map(() => connection.request(ask)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(guarded.logins).toBe(1);
    expect(JSON.parse(guarded.plane.asked[0]!.body)).toEqual({
      name: 'shop',
      password: 'hunter2',
      tokenExpirationTime: '12h',
    });
    expect(guarded.plane.asked[0]!.headers.authorization).toBeUndefined();
  });

  it('is renewed once when it is refused, and the request sent again', async () => {
    const clock = new VirtualClock();
    const guarded = new Guarded(await bench.plane());
    const connection = bench.connection([guarded.plane.url], { account, clock });
    await connection.request(ask);
    await clock.advance(10_000);
    guarded.count = 7;
    const answers = await Promise.all([1, 2].map(() => connection.request(ask)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(guarded.logins).toBe(2);
  });

  it('that is refused though it is new is told, without a login for each request', async () => {
    const clock = new VirtualClock();
    const guarded = new Guarded(await bench.plane());
    const { answer } = guarded.plane;
    guarded.plane.answer = (asked, response) =>
      asked.url === '/v4/token' ? answer(asked, response) : json({ errorCode: '401201' }, 401)(asked, response);
    const connection = bench.connection([guarded.plane.url], { account, clock });
    for (let time = 0; time < 5; time += 1) {
      await expect(connection.request(ask)).rejects.toMatchObject({ code: 'REGISTRY_UNAUTHORIZED' });
    }
    expect(guarded.logins).toBe(1);
  });

  it('is renewed before it ends, by what it says itself, while the old one is used', async () => {
    const clock = new VirtualClock();
    const guarded = new Guarded(await bench.plane());
    // a registry whose clock is two days ahead
    const iat = Math.round(clock.now() / 1000) + 172_800;
    guarded.claims = { iat, exp: iat + 3600 };
    const tokens = tokensOf(guarded, clock);
    const first = await tokens.token();
    await clock.advance(0.85 * HOUR_MS);
    expect(await tokens.token()).toBe(first);
    await clock.advance(0.06 * HOUR_MS);
    expect(await tokens.token()).toBe(first);
    await guarded.plane.came(2);
    while ((await tokens.token()) === first) await clock.advance(0);
    expect(await tokens.token()).toBe(guarded.token);
    expect(guarded.logins).toBe(2);
    await clock.advance(2 * HOUR_MS);
    await tokens.token();
    expect(guarded.logins).toBe(3);
  });

  it('is used to its end while the registry is out of reach', async () => {
    const clock = new VirtualClock();
    const guarded = new Guarded(await bench.plane());
    const iat = Math.round(clock.now() / 1000);
    guarded.claims = { iat, exp: iat + 3600 };
    const tokens = tokensOf(guarded, clock);
    const first = await tokens.token();
    guarded.refuses = json({}, 503);
    await clock.advance(0.95 * HOUR_MS);
    expect(await tokens.token()).toBe(first);
    await clock.advance(0.1 * HOUR_MS);
    await expect(tokens.token()).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    guarded.refuses = undefined;
    expect(await tokens.token()).toBe(guarded.token);
  });

  it('is not asked for again at once when the account is refused: the registry would lock it', async () => {
    const clock = new VirtualClock();
    const guarded = new Guarded(await bench.plane());
    guarded.refuses = json({ errorCode: '401202', errorMessage: 'wrong user name or password' }, 401);
    const connection = bench.connection([guarded.plane.url], { account, clock });
    const refused = async (): Promise<Error> => {
      const failure = await connection.request(ask).then(
        () => expect.unreachable(),
        (error: Error) => error,
      );
      expect(failure).toMatchObject({ code: 'REGISTRY_UNAUTHORIZED', kind: 'PERMISSION_DENIED' });
      return failure as Error;
    };
    const { message } = await refused();
    expect(message).toContain('the account "shop" was refused: wrong user name or password (401202)');
    expect(message).not.toContain('hunter2');
    for (let time = 0; time < 20; time += 1) await refused();
    expect(guarded.logins).toBe(1);
    await clock.advance(66_000);
    await refused();
    expect(guarded.logins).toBe(2);
    // a third one within an hour is one too many
    await clock.advance(HOUR_MS);
    await refused();
    expect(guarded.logins).toBe(2);
    await clock.advance(690_000);
    await refused();
    expect(guarded.logins).toBe(3);
    guarded.refuses = undefined;
    await clock.advance(HOUR_MS + 690_000);
    await expect(connection.request(ask)).resolves.toMatchObject({ status: 200 });
  });

  it.each<[string, Answering]>([
    ['no JSON', (_, response) => void response.end('{"token":"s3cret"}')],
    ['broken JSON', json('s3cret')],
    ['a fault', json('no token for hunter2, have s3cret', 503)],
  ])('is in no message when it comes as %s, nor is the password', async (_, answering) => {
    const guarded = new Guarded(await bench.plane());
    guarded.refuses = answering;
    const connection = bench.connection([guarded.plane.url], { account });
    const error: unknown = await connection.request(ask).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('POST /v4/token');
    expect(inspect(error, { depth: 9 })).not.toMatch(/s3cret|hunter2/);
    expect(bench.lines.messages.join()).not.toMatch(/s3cret|hunter2/);
  });

  it('is not needed where the registry has no accounts', async () => {
    const plane = await bench.plane();
    plane.answer = (asked, response) =>
      asked.url === '/v4/token' ? void response.writeHead(404).end('404 page not found') : json({})(asked, response);
    const connection = bench.connection([plane.url], { account });
    for (let time = 0; time < 3; time += 1)
      await expect(connection.request(ask)).resolves.toMatchObject({ status: 200 });
    expect(plane.asked.map(({ url }) => url)).toEqual(['/v4/token', '/a', '/a', '/a']);
  });

  it('is asked for by the registry, and there is no account', async () => {
    const plane = await bench.plane();
    plane.answer = json({ errorCode: '401204', errorMessage: 'no authorization header' }, 401);
    const asked = bench.connection([plane.url], { account: () => Promise.resolve(undefined) }).request(ask);
    await expect(asked).rejects.toMatchObject({
      code: 'REGISTRY_UNAUTHORIZED',
      message: `service-center at ${plane.url}: GET /a: expected the token of an account (servicecomb.credentials.account), got none`,
    });
    expect(plane.asked).toHaveLength(1);
  });

  it.each([
    ['no text', { token: 5 }],
    ['a header of its own', { token: 'x\r\ny: z' }],
  ])('is refused when it is %s', async (_, body) => {
    const guarded = new Guarded(await bench.plane());
    guarded.refuses = json(body);
    await expect(bench.connection([guarded.plane.url], { account }).request(ask)).rejects.toMatchObject({
      code: 'REGISTRY_UNAUTHORIZED',
    });
  });
});

describe('tokenLifetimeMs', () => {
  const now = 1_700_000_000;
  it.each([
    ['from iat to exp', { iat: 5, exp: 905 }, 900_000],
    ['until exp', { exp: now + 7200 }, 7_200_000],
    ['ten hours for a past end', { exp: now - 7200 }, 10 * HOUR_MS],
    ['a day at most', { exp: now + 999_999 }, 24 * HOUR_MS],
    ['ten hours without an end', {}, 10 * HOUR_MS],
  ])('%s', (_, claims, ms) => {
    expect(tokenLifetimeMs(jwt(claims), now * 1000)).toBe(ms);
  });

  it.each(['opaque', 'a.b.c', '..', 'a.bnVsbA.c'])('ten hours for %s', (token) => {
    expect(tokenLifetimeMs(token, now * 1000)).toBe(10 * HOUR_MS);
  });
});

function tokensOf(guarded: Guarded, clock: VirtualClock): AccountTokens {
  const connection = bench.connection([guarded.plane.url], { clock });
  return new AccountTokens({ connection, account, clock, random: seededRandom(1) });
}
