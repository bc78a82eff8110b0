import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RegistryAtHand } from '../registry.fixture.js';

describe('a development registry with accounts', () => {
  let hand: RegistryAtHand;
  beforeEach(async () => {
    hand = await RegistryAtHand.start({ accounts: [{ name: 'root', password: 'secret', roles: ['admin'] }] });
  });
  afterEach(() => hand.close());

  async function token(tokenExpirationTime?: string): Promise<string> {
    const { text } = await hand.ask('POST', '/v4/token', { name: 'root', password: 'secret', tokenExpirationTime });
    return (JSON.parse(text) as { token: string }).token;
  }
  const bearer = (text: string) => ({ Authorization: `Bearer ${text}` });

  it('answers who has a token, and everybody how it is', async () => {
    const ours = await token();
    expect(JSON.parse(Buffer.from(ours.split('.')[1]!, 'base64url').toString())).toEqual({
      account: 'root',
      roles: ['admin'],
      exp: 1_767_225_600 + 1800,
    });
    expect((await hand.ask('GET', '/microservices', undefined, bearer(ours))).status).toBe(200);
    expect((await hand.ask('GET', '/health')).status).toBe(200);
    expect((await hand.ask('GET', '/version')).status).toBe(200);
  });

  it('refuses others, and says why', async () => {
    const refused = async (headers: Record<string, string>) => {
      const { status, errorCode } = await hand.refused('GET', '/microservices', undefined, headers);
      return [status, errorCode];
    };
    expect(await refused({})).toEqual([401, '401204']);
    const [head, claims] = (await token()).split('.');
    const forged = Buffer.from(JSON.stringify({ account: 'root', exp: 2e9 })).toString('base64url');
    for (const bad of ['x', 'a.b.c', `${head}.${claims}.`, `${head}.${forged}.${(await token()).split('.')[2]}`, ''])
      expect(await refused(bearer(bad)), bad).toEqual([401, '401201']);
    expect(await refused({ Authorization: `Basic ${await token()}` })).toEqual([401, '401201']);
  });

  it('refuses a wrong name or password, and times that are too short or too long', async () => {
    const login = async (change: object) => {
      const body = { name: 'root', password: 'secret', ...change };
      return (await hand.refused('POST', '/v4/token', body)).errorCode;
    };
    expect(await login({ password: 'Secret' })).toBe('401202');
    expect(await login({ name: 'toor' })).toBe('401202');
    for (const tokenExpirationTime of ['14m59s', '24h1s', '1d', 'h', '-1h'])
      expect(await login({ tokenExpirationTime }), tokenExpirationTime).toBe('400001');
  });

  it('refuses a token whose time is over', async () => {
    const ours = bearer(await token('15m'));
    await hand.clock.advance(899_000);
    expect((await hand.ask('GET', '/microservices', undefined, ours)).status).toBe(200);
    await hand.clock.advance(1000);
    expect(await hand.refused('GET', '/microservices', undefined, ours)).toMatchObject({
      status: 401,
      errorCode: '401205',
    });
    expect((await hand.ask('GET', '/microservices', undefined, bearer(await token('1h30m')))).status).toBe(200);
  });

  it('asks for a token of websockets too', async () => {
    const headers = bearer(await token());
    const made = await hand.ask('POST', '/microservices', { service: { serviceName: 'C' } }, headers);
    const path = `/microservices/${(JSON.parse(made.text) as { serviceId: string }).serviceId}/watcher`;
    await expect(hand.open(path)).rejects.toThrow('401');
    const { socket } = await hand.open(path, { headers });
    expect(socket.readyState).toBe(socket.OPEN);
  });

  it('takes no token of another registry', async () => {
    const other = await RegistryAtHand.start({ accounts: [{ name: 'root', password: 'secret' }] });
    try {
      expect(await other.refused('GET', '/microservices', undefined, bearer(await token()))).toMatchObject({
        errorCode: '401201',
      });
    } finally {
      await other.close();
    }
  });
});
