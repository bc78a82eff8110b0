import { createApplication, Returns, Schema, silentLogger, type Application } from '@ts-chassis/core';
import { Get, rest } from '@ts-chassis/rest';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Authority, CertificateFolder, type Issued } from '../../../../test/fixtures/certificates.js';
import { Authenticated, CurrentPrincipal, Roles } from '../access/decorators.js';
import { auth } from '../plugin.js';

@Authenticated()
@Schema({ id: 'ledger', path: '/ledger' })
class Ledger {
  @Get('/')
  @Returns(String)
  async who(@CurrentPrincipal('name') name?: string): Promise<string> {
    return name!;
  }

  @Roles('auditor')
  @Get('/all')
  @Returns(String)
  async all(): Promise<string> {
    return 'all';
  }
}

let app: Application;
let folder: CertificateFolder;
let authority: Authority;
const clients: Record<string, Issued> = {};

beforeAll(async () => {
  folder = new CertificateFolder();
  authority = await Authority.make();
  for (const name of ['orders', 'audit', 'mallory'])
    clients[name] = await authority.issue({ name, uris: [`spiffe://${name === 'mallory' ? 'else' : 'shop'}/${name}`] });
  clients['stranger'] = await (
    await Authority.make('another')
  ).issue({ name: 'orders', uris: ['spiffe://shop/orders'] });
  const pair = folder.pair('ledger', await authority.issue({ name: 'ledger' }));
  const caFile = folder.write('ca.crt', authority.certificate);
  app = createApplication({
    ...{ name: 'ledger', logger: silentLogger, signals: false },
    modules: [{ module: class Books {}, schemas: [Ledger] }],
    plugins: [rest(), auth({ mtls: { allow: ['spiffe://shop/*'], roles: { 'spiffe://shop/audit': ['auditor'] } } })],
    configuration: {
      ...{ directory: false, environment: false, commandLine: false },
      values: {
        'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
        'servicecomb.lifecycle.drainDelay': 0,
        ssl: { 'rest.Provider': { ...pair, caFile, verifyPeer: true } },
      },
    },
  });
  await app.start();
});

afterAll(async () => {
  await app.stop();
  folder.remove();
});

async function ask(path: string, client: string, headers: Record<string, string> = {}): Promise<[number, string]> {
  const { certificate: cert, key } = clients[client]!;
  const { port } = app.endpoints[0]!;
  const options = {
    host: '127.0.0.1',
    port,
    path,
    cert,
    key,
    headers,
    ca: authority.certificate,
    servername: 'ledger',
    agent: false,
  };
  const asked = request(options);
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
  return [response.statusCode!, text];
}

describe('mutual TLS', () => {
  it('names the caller by its certificate, and by nothing it says itself', async () => {
    expect(await ask('/ledger/', 'orders')).toEqual([200, '"spiffe://shop/orders"']);
    expect(await ask('/ledger/', 'orders', { 'x-cse-src-microservice': 'audit' })).toEqual([
      200,
      '"spiffe://shop/orders"',
    ]);
  });

  it('admits those that are listed, by role', async () => {
    expect((await ask('/ledger/all', 'orders'))[0]).toBe(403);
    expect(await ask('/ledger/all', 'audit')).toEqual([200, '"all"']);
    const [status, text] = await ask('/ledger/', 'mallory');
    expect([status, text]).toEqual([403, expect.stringContaining('CALLER_NOT_ALLOWED')]);
  });

  it('does not even hear who is vouched for by somebody else', async () => {
    await expect(ask('/ledger/', 'stranger')).rejects.toThrow();
  });
});
