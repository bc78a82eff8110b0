import { chmodSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Issued } from '../../../../test/fixtures/certificates.js';
import type { Cipher } from '../security/cipher.js';
import { TlsBench } from './tls.fixture.js';

const PASSPHRASE = 'open-sesame-1001';

let bench: TlsBench;
let catalog: Issued;
let files: { readonly certFile: string; readonly keyFile: string };

beforeAll(async () => {
  bench = await TlsBench.make();
  catalog = await bench.authority.issue({ name: 'catalog' });
});
beforeEach(() => {
  files = bench.folder.pair('catalog', catalog);
});
afterAll(() => bench.close());

/** What the start says of a listener with these keys. */
async function refusal(values: object, ciphers: Readonly<Record<string, Cipher>> = {}): Promise<string> {
  const tls = await bench.tls({ 'rest.Provider': { ...files, ...values } }, { ciphers });
  const error = await tls.server('rest').then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code: 'TLS_INVALID', kind: 'FAILED_PRECONDITION' });
  const { message, cause } = error as Error;
  for (const text of [message, String(cause)]) {
    expect(text).not.toContain(PASSPHRASE);
    expect(text).not.toContain(catalog.key.split('\n')[1]);
  }
  return message;
}

describe('files that TLS cannot be spoken with', () => {
  it('are named with their keys when they cannot be read', async () => {
    const absent = bench.folder.file('absent');
    for (const field of ['certFile', 'keyFile', 'caFile', 'certPwdFile'])
      expect(await refusal({ [field]: absent })).toBe(
        `ssl.rest.Provider.${field}: ${absent}: expected a file that can be read, got ENOENT`,
      );
    expect(await refusal({ keyFile: bench.folder.path })).toContain('got EISDIR');
    // whoever may read everything is refused nothing
    if (process.getuid?.() === 0) return;
    const locked = bench.folder.write('locked.key', catalog.key);
    chmodSync(locked, 0);
    expect(await refusal({ keyFile: locked })).toContain('got EACCES');
  });

  it('are named by the key that says them, of a wider level too', async () => {
    const absent = bench.folder.file('absent');
    const tls = await bench.tls({ caFile: absent, 'rest.Consumer.serverName': 'x' });
    await expect(tls.client('catalog', 'rest')).rejects.toThrow(`ssl.caFile: ${absent}`);
    const narrow = await bench.tls({ 'rest.Consumer.caFile': absent });
    await expect(narrow.client('catalog', 'rest')).rejects.toThrow(`ssl.rest.Consumer.caFile: ${absent}`);
  });

  it('hold no certificate, or one that does not parse', async () => {
    expect(await refusal({ certFile: files.keyFile })).toMatch(
      /certFile: .*expected PEM with at least one certificate, got none/,
    );
    const cut = catalog.certificate.replace(/\n.{20}/, '\n');
    const broken = bench.folder.write('broken.crt', catalog.certificate + cut);
    expect(await refusal({ certFile: broken })).toMatch(
      /broken.crt: expected X.509 certificates, got what is none in block 2/,
    );
    expect(await refusal({ caFile: bench.folder.write('empty', '') })).toMatch(/caFile: .*got none/);
  });

  it('hold no key, or the key of another certificate', async () => {
    expect(await refusal({ keyFile: files.certFile })).toMatch(/keyFile: .*expected a private key in PEM, got/);
    const other = bench.folder.write('other.key', (await bench.authority.issue({ name: 'x' })).key);
    expect(await refusal({ keyFile: other })).toBe(
      `ssl.rest.Provider.keyFile: ${other}: expected the key of the first certificate in ${files.certFile}, got a key of another (ec)`,
    );
    const middle = await bench.authority.intermediate('middle');
    const backwards = bench.folder.write('backwards.crt', middle.certificate + catalog.certificate);
    expect(await refusal({ certFile: backwards })).toContain('expected the key of the first certificate');
  });

  it('are encrypted, and the passphrase is missing or wrong', async () => {
    const right = bench.folder.write('right', PASSPHRASE);
    const wrong = bench.folder.write('wrong', `${PASSPHRASE}x`);
    const rsa = await bench.authority.issue({ name: 'catalog', algorithm: 'rsa' });
    const legacy = [rsa.legacyKey(PASSPHRASE), catalog.legacyKey(PASSPHRASE)];
    for (const key of [catalog.encryptedKey(PASSPHRASE), rsa.encryptedKey(PASSPHRASE), ...legacy]) {
      const keyFile = bench.folder.write('encrypted.key', key);
      expect(await refusal({ keyFile })).toContain('or its passphrase in certPwdFile, got an encrypted key alone');
      expect(await refusal({ keyFile, certPwdFile: wrong })).toBe(
        `ssl.rest.Provider.keyFile: ${keyFile}: expected a key that the passphrase of ssl.rest.Provider.certPwdFile (${wrong}) opens, got another`,
      );
    }
    const failing: Cipher = {
      encrypt: (text) => text,
      decrypt: (text) => Promise.reject(new Error(`cannot decrypt ${text}`)),
    };
    expect(await refusal({ certPwdFile: right, cipherPlugin: 'failing' }, { failing })).toBe(
      'ssl.rest.Provider.certPwdFile: expected what the cipher "failing" decrypts, got something else',
    );
  });

  it('are too few', async () => {
    const nothing = { certFile: '', keyFile: '', protocol: 'TLSv1.2' };
    expect(await refusal(nothing)).toContain('ssl.rest.Provider.certFile: expected a file');
    expect(await refusal({ keyFile: '' })).toContain('ssl.rest.Provider.keyFile: expected a file');
    expect(await refusal({ verifyPeer: true })).toBe(
      "ssl.rest.Provider.caFile: expected the authorities of the clients' certificates, since ssl.rest.Provider.verifyPeer is true, got nothing",
    );
    expect(await refusal({ certFile: `${files.certFile},${files.certFile}` })).toContain('which names 2, got 1');
    const tls = await bench.tls({ 'rest.Consumer.certFile': files.certFile });
    await expect(tls.client('catalog', 'rest')).rejects.toThrow(
      'ssl.catalog.rest.Consumer.keyFile: expected a key for each certificate of ssl.rest.Consumer.certFile',
    );
  });

  it('are too many for the passphrase', async () => {
    const right = bench.folder.write('right', PASSPHRASE);
    const keyFile = bench.folder.write('encrypted.key', catalog.encryptedKey(PASSPHRASE));
    expect(await refusal({ keyFile, certPwdFile: `${right}, ${right}` })).toBe(
      'ssl.rest.Provider.certPwdFile: expected one file, with the passphrase of all keys, got 2',
    );
  });

  it('are read again by the next call, once they are right', async () => {
    const caFile = bench.folder.file('late.crt');
    const tls = await bench.tls({ 'rest.Consumer': { caFile } });
    await expect(tls.client('catalog', 'rest')).rejects.toMatchObject({ code: 'TLS_INVALID' });
    bench.folder.write('late.crt', bench.authority.certificate);
    expect((await tls.client('catalog', 'rest')).options.caFile).toBe(caFile);
  });

  it('of consumers refuse the start', async () => {
    const absent = bench.folder.file('absent');
    const tls = await bench.tls({ 'stock.grpc.Consumer': { caFile: absent } });
    await expect(tls.check()).rejects.toThrow(`ssl.stock.grpc.Consumer.caFile: ${absent}`);
    await (await bench.tls({ 'rest.Provider.certFile': absent })).check();
  });
});

it('keeps the key out of whatever an error or a log shows', () => {
  expect(readFileSync(files.keyFile, 'utf8')).toBe(catalog.key);
  expect(JSON.stringify(bench.lines)).not.toMatch(/PRIVATE KEY|open-sesame/);
});
