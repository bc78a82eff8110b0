import { createServer as createSecureServer } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { TlsBench } from '../../../core/src/tls/tls.fixture.js';
import { Authority, type Issued } from '../../../../test/fixtures/certificates.js';
import { Bench, type ControlPlane } from './control-plane.fixture.js';

const bench = new Bench();
let files: TlsBench;
let server: Issued;

beforeAll(async () => {
  files = await TlsBench.make();
  server = await files.authority.issue({ name: 'service-center', ips: ['127.0.0.1'] });
});
afterEach(() => bench.close());
afterAll(() => files.close());

const TAG = 'registrator.Consumer';
const ask = { method: 'GET', path: '/a' } as const;
const shown = (): { key: string; cert: string } => ({ key: server.key, cert: server.certificate });

function trusting(authority: Authority = files.authority, more: object = {}): object {
  const caFile = files.folder.write(
    `ca-${Math.trunc(Number(process.hrtime.bigint() % 1_000_000_000n))}.crt`,
    authority.certificate,
  );
  return { registrator: { Consumer: { caFile, ...more } } };
}

describe('over TLS', () => {
  it('requests and websockets trust the authorities of the tag', async () => {
    const plane = await bench.plane(shown());
    new WebSocketServer({ server: plane.server });
    const connection = bench.connection([plane.url], { tls: await files.tls(trusting()), tag: TAG });
    await expect(connection.request(ask)).resolves.toMatchObject({ status: 200, address: plane.url });
    await new Promise<void>((opened, closed) => {
      connection.open({ path: '/w' }, { opened, closed: ({ error }) => closed(error) });
    });
  });

  it('a certificate of somebody else is refused, with the keys to look at', async () => {
    const plane = await bench.plane(shown());
    const tls = await files.tls(trusting(await Authority.make('another')));
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
    const other = await files.authority.issue({ name: 'elsewhere' });
    const plane = await bench.plane({ key: other.key, cert: other.certificate });
    const connection = bench.connection([plane.url], { tls: await files.tls(trusting()), tag: TAG });
    await expect(connection.request(ask)).rejects.toThrow('expected a certificate of "127.0.0.1"');
    const named = await files.tls(trusting(files.authority, { serverName: 'elsewhere' }));
    const asked = bench.connection([plane.url], { tls: named, tag: TAG }).request(ask);
    await expect(asked).resolves.toMatchObject({ status: 200 });
  });

  it('a server that speaks none is told', async () => {
    const plane = await bench.plane();
    const connection = bench.connection([plane.url.replace('http', 'https')], {
      tls: await files.tls(trusting()),
      tag: TAG,
    });
    await expect(connection.request(ask)).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      message: expect.stringContaining('no TLS is spoken there'),
    });
  });

  it('what is configured wrongly is told by its key', async () => {
    const plane = await bench.plane(shown());
    const tls = await files.tls({ registrator: { Consumer: { caFile: '/nowhere/ca.crt' } } });
    const asked = bench.connection([plane.url], { tls, tag: TAG }).request(ask);
    await expect(asked).rejects.toMatchObject({ code: 'TLS_INVALID', message: expect.stringContaining('caFile') });
  });

  it('new certificates are shown with the next request, and none fails', async () => {
    const names: string[] = [];
    const plane = await mutual(names);
    const [first, second] = await Promise.all(['first', 'second'].map((name) => files.authority.issue({ name })));
    const own = files.folder.pair('own', first!);
    const tls = await files.tls(trusting(files.authority, own));
    const connection = bench.connection([plane.url], { tls, tag: TAG });
    await connection.request(ask);
    files.folder.replace('own.key', second!.key);
    files.folder.replace('own.crt', second!.certificate);
    await files.logged('TLS files changed: new connections use them');
    await connection.request(ask);
    expect(names).toEqual(['first', 'second']);
  });
});

/** Asks for certificates, and keeps the names of them. */
async function mutual(names: string[]): Promise<ControlPlane> {
  const ca = files.authority.certificate;
  const plane = await bench.plane({ ...shown(), ca, requestCert: true, rejectUnauthorized: true } as never);
  const server = plane.server as unknown as ReturnType<typeof createSecureServer>;
  server.on('secureConnection', (socket: TLSSocket) => names.push(String(socket.getPeerCertificate().subject.CN)));
  return plane;
}
