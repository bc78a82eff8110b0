import { Arg, Module, Remote, remote, Returns, Schema, VirtualClock, type Client, type Plugin } from '@ts-chassis/core';
import { TestApplication } from '@ts-chassis/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { Authenticated, CurrentPrincipal, Public } from '../access/decorators.js';
import type { AuthOptions } from '../auth-options.js';
import { jwtIssuer } from '../jwt/jwt-issuer.js';
import type { Fetch } from '../jwt/jwt-options.js';
import { hashApiKey } from '../api-key/api-key-scheme.js';
import { auth } from '../plugin.js';
import type { Principal } from '../principal.js';
import { clientCredentials } from './client-credentials.js';
import { forwardInbound } from './forward-inbound.js';
import { basicCredentials, staticToken } from './static-token.js';
import { TokenProviderPort } from './token-provider.js';

@Authenticated()
@Schema({ id: 'books' })
class Books {
  @Returns(String)
  who(@CurrentPrincipal() _who?: Principal): Promise<string> {
    return remote();
  }
}

@Authenticated()
@Schema({ id: 'books' })
class BooksService extends Books {
  override async who(@CurrentPrincipal() who?: Principal): Promise<string> {
    return `${who!.name} by ${who!.scheme}`;
  }
}

@Schema({ id: 'front' })
class Front {
  constructor(@Remote(Books, { service: 'shop' }) private readonly books: Client<Books>) {}

  @Authenticated()
  @Returns(String)
  async ask(@Arg('text') text: string): Promise<string> {
    return `${text} ${await this.books.who()}`;
  }

  @Public()
  @Returns(String)
  async open(@Arg('text') text: string): Promise<string> {
    return `${text} ${await this.books.who()}`;
  }
}

@Module({ schemas: [BooksService, Front] })
class ShopModule {}

const secret = 'thirty-two bytes of a test secret';
let t: TestApplication;
afterEach(() => t?.stop());

async function start(options: AuthOptions, plugins: readonly Plugin[] = [], values: object = {}): Promise<void> {
  t = await TestApplication.create({
    name: 'shop',
    modules: [ShopModule],
    plugins: [auth(options), ...plugins],
    configuration: { values: { ...values } },
  }).virtualClock();
}

const tokenOf = (name: string, clock: { now(): number } = t.clock): Promise<string> =>
  jwtIssuer({ secret, clock }).issue({ name });
const outcome = (call: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(call).catch((error: { code: string; kind: string }) => `${error.kind} ${error.code}`);

/** An issuer as programs see it over HTTP. */
class Issuer {
  readonly asked: { readonly authorization: string | undefined; readonly body: string }[] = [];
  secret = secret;
  lifetimeMs = 100_000;
  answer: (() => Response | Promise<Response>) | undefined;

  readonly fetch: Fetch = async (_url, { headers, body }) => {
    this.asked.push({ authorization: (headers as Record<string, string>)['authorization'], body: String(body) });
    if (this.answer) return this.answer();
    const issuer = jwtIssuer({ secret: this.secret, clock: t.clock, lifetimeMs: this.lifetimeMs });
    const token = await issuer.issue({ name: `orders-${this.asked.length}` });
    return Response.json({ access_token: token, token_type: 'bearer', expires_in: this.lifetimeMs / 1000 });
  };
}

const tokens = (issuer: Issuer, more: object = {}): NonNullable<AuthOptions['outgoing']> => ({
  shop: clientCredentials({
    ...{ tokenUrl: 'https://login.example/token', clientId: 'or:ders', clientSecret: 's&cret', fetch: issuer.fetch },
    ...more,
  }),
});

describe('credentials of calls', () => {
  it('are put on for the services that are named, and for no other', async () => {
    const catalog = staticToken(await tokenOf('us', new VirtualClock()));
    await start({ jwt: { secret }, outgoing: { catalog } });
    expect(await outcome(t.client(Books).who())).toBe('UNAUTHENTICATED CREDENTIALS_MISSING');
  });

  it.each([
    [
      'a token',
      { apiKey: { keys: { us: { hash: hashApiKey('k') } } } },
      staticToken('k', { header: 'X-Api-Key', scheme: '' }),
      'us by apiKey',
    ],
    [
      'a key of the configuration',
      { apiKey: { keys: { us: { hash: hashApiKey('k9') } } } },
      staticToken((config) => config.get('shop.key', ''), { header: 'x-api-key', scheme: '' }),
      'us by apiKey',
    ],
    [
      'a password',
      { basic: { authenticate: (user: string, password: string) => `${user} ${password}` === 'wé p:w' } },
      basicCredentials('wé', 'p:w'),
      'wé by basicAuth',
    ],
  ])('may be %s', async (_what, schemes, shop, who) => {
    await start({ ...schemes, outgoing: { shop } }, [], { shop: { key: 'k9' } });
    expect(await t.client(Books).who()).toBe(who);
  });

  it('are those that the program says for a single call, when it says some', async () => {
    await start({ jwt: { secret }, outgoing: { shop: staticToken('wrong') } });
    expect(await outcome(t.client(Books).who())).toBe('UNAUTHENTICATED CREDENTIALS_INVALID');
    const headers = { Authorization: `Bearer ${await tokenOf('ann')}` };
    expect(await t.client(Books, { headers }).who()).toBe('ann by jwt');
  });

  it('may come from a plug-in', async () => {
    const plugin: Plugin = {
      name: 'vault',
      install: (host) =>
        host.extend(TokenProviderPort, 'shop', ({ clock }) => ({
          credentials: async () => `Bearer ${await tokenOf('vault', clock)}`,
        })),
    };
    await start({ jwt: { secret } }, [plugin]);
    expect(await t.client(Books).who()).toBe('vault by jwt');
  });
});

describe('inbound credentials', () => {
  it('are not sent on unless that is asked for', async () => {
    await start({ jwt: { secret } });
    const headers = { authorization: `Bearer ${await tokenOf('ann')}` };
    expect(await outcome(t.client(Front, { headers }).ask('hi'))).toBe('UNAUTHENTICATED CREDENTIALS_MISSING');
  });

  it('are sent on to the services that are named, once asked for', async () => {
    await start({ jwt: { secret }, outgoing: { shop: forwardInbound() } });
    const headers = { authorization: `Bearer ${await tokenOf('ann')}` };
    expect(await t.client(Front, { headers }).ask('hi')).toBe('hi ann by jwt');
    expect(await t.client(Front, { headers }).open('hi')).toBe('hi ann by jwt');
    expect(await outcome(t.client(Front).open('hi'))).toBe('UNAUTHENTICATED CREDENTIALS_MISSING');
    expect(await outcome(t.client(Books).who())).toBe('UNAUTHENTICATED CREDENTIALS_MISSING');
  });
});

describe('client credentials', () => {
  it('are got once for all that wait, and kept until shortly before their end', async () => {
    const issuer = new Issuer();
    await start({ jwt: { secret, clockSkewMs: 0 }, outgoing: tokens(issuer, { scope: 'a b', audience: 'shop' }) });
    const books = t.client(Books);
    expect(await Promise.all([books.who(), books.who(), books.who()])).toEqual(Array(3).fill('orders-1 by jwt'));
    const [asked] = issuer.asked;
    expect(Buffer.from(asked!.authorization!.slice(6), 'base64').toString()).toBe('or%3Aders:s%26cret');
    expect(asked!.body).toBe('grant_type=client_credentials&scope=a+b&audience=shop');
    await t.clock.advance(69_999);
    expect(await books.who()).toBe('orders-1 by jwt');
    expect(issuer.asked.length).toBe(1);
    await t.clock.advance(1);
    // still good, and replaced beside the call
    expect(await books.who()).toBe('orders-1 by jwt');
    let last = '';
    do {
      await new Promise(setImmediate);
      last = await books.who();
    } while (last === 'orders-1 by jwt');
    expect([last, issuer.asked.length]).toEqual(['orders-2 by jwt', 2]);
  });

  it('stand in the form where the issuer wants that', async () => {
    const issuer = new Issuer();
    await start({ jwt: { secret }, outgoing: tokens(issuer, { clientAuthentication: 'body' }) });
    await t.client(Books).who();
    expect(issuer.asked).toEqual([
      { authorization: undefined, body: 'grant_type=client_credentials&client_id=or%3Aders&client_secret=s%26cret' },
    ]);
  });

  it('are got anew once when they are refused, and no more than once', async () => {
    const issuer = new Issuer();
    const other = 'another secret of thirty-two bytes';
    await start({ outgoing: tokens(issuer) }, [], { 'servicecomb.authentication.jwt.secret': secret });
    const books = t.client(Books);
    expect(await books.who()).toBe('orders-1 by jwt');
    t.application.config.set('servicecomb.authentication.jwt.secret', other);
    issuer.secret = other;
    expect(await books.who()).toBe('orders-2 by jwt');
    issuer.secret = secret;
    t.application.config.set('servicecomb.authentication.jwt.secret', 'a third secret of thirty-two bytes');
    for (let count = 0; count < 5; count += 1)
      expect(await outcome(books.who())).toBe('UNAUTHENTICATED CREDENTIALS_INVALID');
    expect(issuer.asked.length).toBe(2);
    await t.clock.advance(10_000);
    for (let count = 0; count < 5; count += 1)
      expect(await outcome(books.who())).toBe('UNAUTHENTICATED CREDENTIALS_INVALID');
    expect(issuer.asked.length).toBe(3);
  });

  it('that cannot be got fail the call as unavailable, and tell nothing of the secret', async () => {
    const issuer = new Issuer();
    issuer.answer = () => new Response('{"error":"invalid_client","secret":"s&cret"}', { status: 401 });
    await start({ jwt: { secret }, outgoing: tokens(issuer) });
    const books = t.client(Books);
    const error = await Promise.resolve(books.who()).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ kind: 'UNAVAILABLE', code: 'TOKEN_UNAVAILABLE' });
    expect((error as Error).message).toBe('no token from https://login.example: expected status 200, got 401');
    expect(await outcome(books.who())).toBe('UNAVAILABLE TOKEN_UNAVAILABLE');
    expect(issuer.asked.length).toBe(1);
    issuer.answer = undefined;
    await t.clock.advance(1000);
    expect(await books.who()).toBe('orders-2 by jwt');
  });

  it.each([
    ['no token', {}],
    ['a token that no header holds', { access_token: 'a\r\nb', token_type: 'bearer' }],
    ['another type', { access_token: 'a', token_type: 'mac' }],
    ['no life', { access_token: 'a', token_type: 'bearer', expires_in: 0 }],
  ])('with %s in the answer are none', async (_what, answer) => {
    const issuer = new Issuer();
    issuer.answer = () => Response.json(answer);
    await start({ jwt: { secret }, outgoing: tokens(issuer) });
    expect(await outcome(t.client(Books).who())).toBe('UNAVAILABLE TOKEN_UNAVAILABLE');
  });

  it('go on being used while they are valid and no new ones are to be had', async () => {
    const issuer = new Issuer();
    await start({ jwt: { secret, clockSkewMs: 0 }, outgoing: tokens(issuer) });
    const books = t.client(Books);
    expect(await books.who()).toBe('orders-1 by jwt');
    issuer.answer = () => Promise.reject(new Error('refused'));
    await t.clock.advance(80_000);
    expect([await books.who(), await books.who()]).toEqual(Array(2).fill('orders-1 by jwt'));
    await t.clock.advance(19_999);
    expect(await books.who()).toBe('orders-1 by jwt');
    await t.clock.advance(1);
    expect(await outcome(books.who())).toBe('UNAVAILABLE TOKEN_UNAVAILABLE');
    expect(issuer.asked.length).toBeLessThan(5);
  });
});
