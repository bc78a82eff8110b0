import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selfSigned, type Issued } from '../../../../test/fixtures/certificates.js';
import { TlsBench, visit } from './tls.fixture.js';

let bench: TlsBench;
let catalog: Issued;
let files: { readonly certFile: string; readonly keyFile: string };
let caFile: string;

beforeAll(async () => {
  bench = await TlsBench.make();
  catalog = await bench.authority.issue({ name: 'catalog' });
  files = bench.folder.pair('catalog', catalog);
  caFile = bench.folder.write('ca.crt', bench.authority.certificate);
});
afterAll(() => bench.close());

/** A server with these keys under `ssl.rest.Provider`, over those of the catalog. */
async function serve(values: object = {}): Promise<number> {
  const tls = await bench.tls({ 'rest.Provider': { ...files, ...values } });
  return (await bench.serve((await tls.server('rest'))!)).port;
}

/** Calls as `ssl.rest.Consumer` says. */
async function call(port: number, values: object, service = 'catalog'): Promise<Awaited<ReturnType<typeof visit>>> {
  const tls = await bench.tls({ 'rest.Consumer': values });
  return visit(port, (await tls.client(service, 'rest')).connect());
}

describe('TLS of a listener and a consumer', () => {
  it('is spoken by version 1.3 where both can, and by the name of the service rather than of the host', async () => {
    const seen = await call(await serve(), { caFile });
    expect(seen).toMatchObject({ text: 'hello', version: 'TLSv1.3', suite: 'TLS_AES_128_GCM_SHA256' });
  });

  it.each([
    ['ecdsa', 'TLSv1.2', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
    ['rsa', 'TLSv1.2', 'ECDHE-RSA-AES128-GCM-SHA256'],
    ['rsa', 'TLSv1.3', 'TLS_AES_128_GCM_SHA256'],
  ] as const)('takes %s keys over %s', async (algorithm, version, suite) => {
    const issued = await bench.authority.issue({ name: 'catalog', algorithm });
    const port = await serve(bench.folder.pair(`${algorithm}-${version}`, issued));
    const tls = await bench.tls({ caFile });
    const connect = (await tls.client('catalog', 'rest')).connect();
    const { createSecureContext } = await import('node:tls');
    const seen = await visit(port, {
      ...connect,
      secureContext: createSecureContext({ ca: readFileSync(caFile), maxVersion: version }),
    });
    expect([seen.version, seen.suite]).toEqual([version, suite]);
  });

  it('keeps to the least version and the suites that are configured', async () => {
    const suites = { cipherSuits: 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384' };
    const port = await serve(suites);
    const tls = await bench.tls({ 'rest.Consumer': { caFile } });
    const connect = (await tls.client('catalog', 'rest')).connect();
    const { createSecureContext } = await import('node:tls');
    const with12 = (ciphers?: string): ReturnType<typeof visit> =>
      visit(port, {
        ...connect,
        secureContext: createSecureContext({
          ca: readFileSync(caFile),
          maxVersion: 'TLSv1.2',
          ...(ciphers && { ciphers }),
        }),
      });
    expect((await with12()).suite).toBe('ECDHE-ECDSA-AES256-GCM-SHA384');
    await expect(with12('ECDHE-ECDSA-AES128-GCM-SHA256')).rejects.toThrow(/handshake failure/);
    await expect(call(await serve({ protocol: 'TLSv1.3' }), { caFile, protocol: 'TLSv1.2' })).resolves.toMatchObject({
      version: 'TLSv1.3',
    });
  });

  it('opens encrypted keys, by PKCS#8 and as of old, with a passphrase that a cipher decrypts', async () => {
    const reversed = (text: string): string => [...text].reverse().join('');
    const ciphers = { reversed: { encrypt: reversed, decrypt: (text: string) => Promise.resolve(reversed(text)) } };
    const certPwdFile = bench.folder.write('passphrase', `${reversed('open sesame')}\n`);
    for (const issued of [catalog, await bench.authority.issue({ name: 'catalog', algorithm: 'rsa' })])
      for (const key of [issued.encryptedKey('open sesame'), issued.legacyKey('open sesame')]) {
        const certFile = bench.folder.write('encrypted.crt', issued.certificate);
        const keyFile = bench.folder.write('encrypted.key', key);
        const tls = await bench.tls({ certFile, keyFile, certPwdFile, cipherPlugin: 'reversed' }, { ciphers });
        const { port } = await bench.serve((await tls.server('rest'))!);
        expect(await call(port, { caFile })).toMatchObject({ text: 'hello' });
      }
    const asMade = bench.folder.write('as-made', `cipher(reversed:${reversed('open sesame')})\n`);
    const keyFile = bench.folder.write('as-made.key', catalog.encryptedKey('open sesame'));
    const named = { 'rest.Provider': { ...files, keyFile, certPwdFile: asMade } };
    expect(await (await bench.tls(named, { ciphers })).server('rest')).toBeDefined();
  });

  it('sends the chain behind the certificate, and trusts several authorities in one file or in several', async () => {
    const other = await (await TlsBench.make()).authority.intermediate('unused');
    const middle = await bench.authority.intermediate('middle');
    const { certificate, key } = await middle.issue({ name: 'catalog' });
    const port = await serve(
      bench.folder.pair('chain', { ...catalog, certificate: certificate + middle.certificate, key }),
    );
    const bundle = bench.folder.write(
      'bundle.crt',
      `# comments may stand here\n${other.certificate}${bench.authority.certificate}`,
    );
    expect(await call(port, { caFile: bundle })).toMatchObject({ text: 'hello' });
    const alone = bench.folder.write('other.crt', other.certificate);
    expect(await call(port, { caFile: `${alone}, ${caFile}` })).toMatchObject({ text: 'hello' });
    await expect(call(port, { caFile: alone })).rejects.toThrow();
  });

  it('shows of several certificates the one of the name that is asked for, the first to who asks for none', async () => {
    const stock = bench.folder.pair('stock', await bench.authority.issue({ name: 'stock' }));
    const port = await serve({
      certFile: `${files.certFile},${stock.certFile}`,
      keyFile: `${files.keyFile},${stock.keyFile}`,
    });
    expect(await call(port, { caFile }, 'stock')).toMatchObject({ name: 'stock' });
    expect(await call(port, { caFile }, 'catalog')).toMatchObject({ name: 'catalog' });
    expect(await call(port, { caFile, verifyPeer: false }, 'other')).toMatchObject({ name: 'catalog' });
  });

  it('checks serverName where it is configured, an address too', async () => {
    const port = await serve();
    await expect(call(port, { caFile }, 'books')).rejects.toThrow(
      'expected a certificate of "books" (ssl.books.rest.Consumer.serverName says another name), got one of DNS:catalog',
    );
    expect(await call(port, { caFile, serverName: 'catalog' }, 'books')).toMatchObject({ text: 'hello' });
    const byAddress = await bench.authority.issue({ name: 'x', ips: ['127.0.0.1'] });
    const other = await serve(bench.folder.pair('address', byAddress));
    expect(await call(other, { caFile, serverName: '127.0.0.1' }, 'books')).toMatchObject({ text: 'hello' });
    await expect(call(other, { caFile, serverName: '127.0.0.2' }, 'books')).rejects.toThrow('127.0.0.2');
  });

  it('checks the host where a control plane is called', async () => {
    const port = await serve(bench.folder.pair('host', await bench.authority.issue({ name: 'x', ips: ['127.0.0.1'] })));
    const tls = await bench.tls({ 'registrator.Consumer': { caFile } });
    expect(await visit(port, (await tls.control('registrator.Consumer'))!.connect())).toMatchObject({ text: 'hello' });
    expect(await tls.control('configServer.Consumer')).toBeUndefined();
    const named = (await tls.control('registrator.Consumer'))!.connect();
    await expect(visit(await serve(), named)).rejects.toThrow('expected a certificate of "127.0.0.1"');
    const defaults = (await tls.control('configServer.Consumer', true))!;
    expect(defaults.options.verifyPeer).toBe(true);
    await expect(visit(port, defaults.connect())).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  });

  it('trusts the authorities of Node where nothing is configured', async () => {
    const tls = await bench.tls({});
    const { connect, options } = await tls
      .client('catalog', 'rest')
      .then((one) => ({ connect: one.connect(), options: one.options }));
    expect([options.verifyPeer, connect.rejectUnauthorized, connect.servername]).toEqual([true, true, 'catalog']);
    await expect(visit(await serve(), connect)).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  });

  it('refuses certificates that expired, that vouch for themselves, or come from elsewhere', async () => {
    const expired = await serve(
      bench.folder.pair('expired', await bench.authority.issue({ name: 'catalog', untilDay: -0.5 })),
    );
    await expect(call(expired, { caFile })).rejects.toMatchObject({ code: 'CERT_HAS_EXPIRED' });
    const alone = await serve(bench.folder.pair('alone', await selfSigned({ name: 'catalog' })));
    await expect(call(alone, { caFile })).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    const future = await serve(
      bench.folder.pair('future', await bench.authority.issue({ name: 'catalog', fromDay: 1 })),
    );
    await expect(call(future, { caFile })).rejects.toMatchObject({ code: 'CERT_NOT_YET_VALID' });
  });

  it('speaks nothing older than is allowed', async () => {
    const port = await serve();
    const old = {
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
      rejectUnauthorized: false,
    } as const;
    await expect(visit(port, old)).rejects.toMatchObject({ code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
    const lenient = await serve({ protocol: 'TLSv1.0' });
    await expect(visit(lenient, old)).rejects.toThrow(/handshake failure|internal error|protocol version/);
    expect(bench.lines.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('ssl.rest.Provider.protocol: versions below TLSv1.2 are broken'),
    );
  });

  it('lets a consumer be told not to verify, and says so at each start', async () => {
    const alone = await serve(bench.folder.pair('alone', await selfSigned({ name: 'x' })));
    expect(await call(alone, { verifyPeer: false })).toMatchObject({ text: 'hello' });
    const tls = await bench.tls({ 'stock.rest.Consumer.verifyPeer': false, 'rest.Provider.verifyPeer': false });
    bench.lines.length = 0;
    await tls.check();
    expect(bench.lines.map(({ level, message }) => [level, message.split(':')[0]])).toEqual([
      ['warn', 'ssl.stock.rest.Consumer.verifyPeer'],
    ]);
    await (await bench.tls({ verifyPeer: false })).check();
    expect(bench.lines[1]?.message).toContain('ssl.verifyPeer: false');
  });
});
