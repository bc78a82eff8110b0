import { Returns, Schema, type AnyClass, type Client } from '@ts-chassis/core';
import { grpc, Rpc } from '@ts-chassis/grpc';
import { Post, Query, rest } from '@ts-chassis/rest';
import { TestApplication } from '@ts-chassis/testing';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Authenticated, CurrentPrincipal, Public, Roles } from './access/decorators.js';
import { hashApiKey } from './api-key/api-key-scheme.js';
import { hashPassword } from './basic/password-hash.js';
import { Lines } from './guarded.fixture.js';
import { jwtIssuer } from './jwt/jwt-issuer.js';
import { auth } from './plugin.js';
import type { Principal } from './principal.js';

let runs = 0;

@Authenticated()
@Schema({ id: 'notes', path: '/notes' })
class Notes {
  @Rpc()
  @Post('/add')
  @Returns(String)
  async add(@Query('text') text: string, @CurrentPrincipal() who?: Principal): Promise<string> {
    runs += 1;
    return `${text}: ${who!.name} by ${who!.scheme}`;
  }

  @Roles('admin')
  @Rpc()
  @Post('/clear')
  @Returns(String)
  async clear(): Promise<string> {
    runs += 1;
    return 'cleared';
  }

  @Public()
  @Rpc()
  @Post('/open')
  @Returns(String)
  async open(): Promise<string> {
    runs += 1;
    return 'open';
  }
}

const secret = 'thirty-two bytes of a test secret';
const password = 'correct horse';
const key = 'key-of-acme-0123456789';
const challenge = 'Bearer realm="shop", Basic realm="shop", charset="UTF-8", ApiKey realm="shop", header="x-api-key"';
let passwordHash: string;
let t: TestApplication;
let lines: string[];
let token: string;

beforeAll(async () => {
  passwordHash = await hashPassword(password);
});

beforeEach(async () => {
  runs = 0;
  lines = [];
  const keys = { acme: { hash: hashApiKey(key), roles: ['admin'] } };
  t = await TestApplication.create({
    name: 'shop',
    logger: new Lines(lines),
    modules: [{ module: class Shop {}, schemas: [Notes] }],
    plugins: [rest(), grpc(), auth({ jwt: { secret }, basic: { users: { ann: { passwordHash } } }, apiKey: { keys } })],
    configuration: {
      values: {
        'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
        'servicecomb.protocols.grpc.listenAddress': '127.0.0.1:0',
      },
    },
  }).virtualClock();
  token = await jwtIssuer({ secret, clock: t.clock }).issue({ name: 'bob', roles: ['reader'] });
});

afterEach(() => t.stop());

interface Outcome {
  readonly kind?: string;
  readonly code?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

describe.each(['memory', 'rest', 'grpc'])('over %s', (protocol) => {
  const client = <T>(contract: AnyClass<T>, headers: Record<string, string>): Client<T> => {
    const endpoint = t.application.endpoints.find(({ listener }) => listener === protocol)!;
    return t.client(contract, { endpoint, headers });
  };
  const add = (headers: Record<string, string>): Promise<unknown> => outcome(client(Notes, headers).add('hi'));
  const outcome = (call: PromiseLike<unknown>): Promise<unknown> =>
    Promise.resolve(call).catch((error: Outcome) => error);

  it('each scheme names the caller', async () => {
    expect(await add({ authorization: `Bearer ${token}` })).toBe('hi: bob by jwt');
    expect(await add({ authorization: `Basic ${Buffer.from(`ann:${password}`).toString('base64')}` })).toBe(
      'hi: ann by basicAuth',
    );
    expect(await add({ 'x-api-key': key })).toBe('hi: acme by apiKey');
    expect(await outcome(client(Notes, {}).open())).toBe('open');
    expect(await outcome(client(Notes, { 'x-api-key': key }).clear())).toBe('cleared');
  });

  it('nobody gets in without credentials, by bad ones, or without the role', async () => {
    expect(await add({})).toMatchObject({
      kind: 'UNAUTHENTICATED',
      code: 'CREDENTIALS_MISSING',
      details: { challenge },
    });
    const forged = await add({ authorization: `Bearer ${token}x`, 'x-api-key': key });
    expect(forged).toMatchObject({ kind: 'UNAUTHENTICATED', code: 'CREDENTIALS_INVALID' });
    expect((forged as Outcome).details!['challenge']).toMatch(
      /^Bearer realm="shop", error="invalid_token", .*, Basic .*, ApiKey /,
    );
    const refused = await outcome(client(Notes, { authorization: `Bearer ${token}` }).clear());
    expect(refused).toMatchObject({ kind: 'PERMISSION_DENIED', code: 'ROLE_MISSING', details: { roles: ['admin'] } });
    expect(runs).toBe(0);
  });

  it('nothing of credentials is written or told', async () => {
    const wrong = [
      'Bearer tok.en.of-mallory',
      `Basic ${Buffer.from('ann:password-of-mallory').toString('base64')}`,
      'Digest of-mallory',
    ];
    const told: unknown[] = [];
    for (const authorization of wrong) told.push(await add({ authorization }));
    told.push(await add({ 'x-api-key': 'key-of-mallory' }), await add({ authorization: `Bearer ${token}` }));
    const all = `${lines.join('\n')} ${told.map((one) => JSON.stringify({ ...(one as object), message: (one as Error).message })).join('\n')}`;
    for (const said of ['mallory', secret, password, passwordHash, key, token, wrong[1]!.slice(6)])
      expect(all).not.toContain(said);
  });
});
