import { coreError, createApplication, memorySource, type Application, type TlsMaterials } from '@ts-chassis/core';
import { memoryRegistry } from '@ts-chassis/testing';
import { createServer as createSecureServer } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { Authority, CertificateFolder, type Issued } from '../../../../test/fixtures/certificates.js';
import { Bench, type ControlPlane } from './control-plane.fixture.js';

const TAG = 'registrator.Consumer';
const ask = { method: 'GET', path: '/a' } as const;

const bench = new Bench();
const folder = new CertificateFolder();
const applications: Application[] = [];
let authority: Authority;
let server: Issued;

beforeAll(async () => {
  authority = await Authority.make();
  server = await authority.issue({ name: 'service-center', ips: ['127.0.0.1'] });
});
afterEach(async () => {
  await bench.close();
  for (const application of applications.splice(0)) await application.stop();
});
afterAll(() => folder.remove());

const shown = (): { key: string; cert: string } => ({ key: server.key, cert: server.certificate });

/** The TLS of an application that trusts an authority in what it calls by the tag. */
async function trusting(trusted: Authority = authority, more: object = {}): Promise<TlsMaterials> {
  const caFile = folder.write(`ca-${applications.length}.crt`, trusted.certificate);
  const registry = memoryRegistry();
  let tls: TlsMaterials | undefined;
  const application = createApplication({
    name: 'shop',
    modules: [],
    plugins: [
      {
        name: 'played',
        install(host) {
          host.registrar('played', () => registry.registrar());
          host.discovery('played', (context) => {
            tls = context.tls;
            return registry.discovery(context);
          });
        },
      },
    ],
    signals: false,
    logger: bench.lines,
    configuration: {
      directory: false,
      environment: false,
      commandLine: false,
      sources: [
        memorySource({
          'servicecomb.registry.type': 'played',
          ssl: { registrator: { Consumer: { caFile, ...more } } },
        }),
      ],
    },
  });
  applications.push(application);
  await application.start();
  return tls!;
}

describe('over TLS', () => {
  it('requests and websockets trust the authorities of the tag', async () => {
    const plane = await bench.plane(shown());
    new WebSocketServer({ server: plane.server });
    const connection = bench.connection([plane.url], { tls: await trusting(), tag: TAG });
    await expect(connection.request(ask)).resolves.toMatchObject({ status: 200, address: plane.url });
    await new Promise<void>((opened, closed) => {
      connection.open({ path: '/w' }, { opened, closed: ({ error }) => closed(error) });
    });
  });

  it('a certificate of somebody else is refused, with the keys to look at', async () => {
    const plane = await bench.plane(shown());
    const tls = await trusting(await Authority.make('another'));
    const connection = bench.connection([plane.url], { tls, tag: TAG });
    await expect(connection.request(ask)).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      message: expect.stringContaining(`service-center at ${plane.url}: GET /a: no authority that is trusted`),
    });
    expect(plane.asked).toEqual([]);
    const end = await new Promise<{ error?: Error }>((closed) => void connection.open({ path: '/w' }, { closed }));
    expect(end.error).toMatchObject({ code: expect.stringMatching(/VERIFY|CERT/) });
  });

  it('a certificate of another name is refused', async () => {
    const other = await authority.issue({ name: 'elsewhere' });
    const plane = await bench.plane({ key: other.key, cert: other.certificate });
    const connection = bench.connection([plane.url], { tls: await trusting(), tag: TAG });
    await expect(connection.request(ask)).rejects.toThrow('expected a certificate of "127.0.0.1"');
    const named = await trusting(authority, { serverName: 'elsewhere' });
    const asked = bench.connection([plane.url], { tls: named, tag: TAG }).request(ask);
    await expect(asked).resolves.toMatchObject({ status: 200 });
  });

  it('a server that speaks none is told', async () => {
    const plane = await bench.plane();
    const connection = bench.connection([plane.url.replace('http', 'https')], {
      tls: await trusting(),
      tag: TAG,
    });
    await expect(connection.request(ask)).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      message: expect.stringContaining('no TLS is spoken there'),
    });
  });

  it('what is configured wrongly is told by its key', async () => {
    const plane = await bench.plane(shown());
    const tls = { control: () => Promise.reject(coreError('TLS_INVALID', `ssl.${TAG}.caFile: cannot be read`)) };
    const asked = bench.connection([plane.url], { tls, tag: TAG }).request(ask);
    await expect(asked).rejects.toMatchObject({ code: 'TLS_INVALID', message: expect.stringContaining('caFile') });
  });

  it('new certificates are shown with the next request, and none fails', async () => {
    const names: string[] = [];
    const plane = await mutual(names);
    const [first, second] = await Promise.all(['first', 'second'].map((name) => authority.issue({ name })));
    const own = folder.pair('own', first!);
    const tls = await trusting(authority, own);
    const connection = bench.connection([plane.url], { tls, tag: TAG });
    await connection.request(ask);
    const material = await tls.control(TAG, true);
    const changed = new Promise<void>((done) => material!.onChange(done));
    folder.replace('own.key', second!.key);
    folder.replace('own.crt', second!.certificate);
    await changed;
    await connection.request(ask);
    expect(names).toEqual(['first', 'second']);
  });
});

/** Asks for certificates, and keeps the names of them. */
async function mutual(names: string[]): Promise<ControlPlane> {
  const ca = authority.certificate;
  const plane = await bench.plane({ ...shown(), ca, requestCert: true, rejectUnauthorized: true } as never);
  const server = plane.server as unknown as ReturnType<typeof createSecureServer>;
  server.on('secureConnection', (socket: TLSSocket) => names.push(String(socket.getPeerCertificate().subject.CN)));
  return plane;
}
