import { once } from 'node:events';
import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Authority, type Issued } from '../../../../test/fixtures/certificates.js';
import { TlsBench, visit } from './tls.fixture.js';

let bench: TlsBench;
let first: Issued;
let second: Issued;

beforeEach(async () => {
  bench = await TlsBench.make();
  first = await bench.authority.issue({ name: 'catalog', emails: ['first@x'] });
  second = await bench.authority.issue({ name: 'catalog', emails: ['second@x'] });
});
afterEach(() => bench.close());

/** Which certificate a server shows. */
async function shown(port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', servername: 'catalog', ca: bench.authority.certificate });
  await once(socket, 'secureConnect');
  const names = socket.getPeerCertificate().subjectaltname ?? '';
  socket.destroy();
  return /email:(\w+)/.exec(names)?.[1] ?? names;
}

describe('files that change', () => {
  it('are used by the next connection, while open ones go on', async () => {
    const pair = bench.folder.pair('catalog', first);
    const { port, server } = await bench.serve((await (await bench.tls(pair)).server('rest'))!);
    server.removeAllListeners('secureConnection').on('secureConnection', (socket) => socket.pipe(socket));
    const open = connect({ port, host: '127.0.0.1', servername: 'catalog', ca: bench.authority.certificate });
    await once(open, 'secureConnect');
    expect(await shown(port)).toBe('first');
    bench.folder.replace('catalog.crt', second.certificate);
    bench.folder.replace('catalog.key', second.key);
    await bench.logged('TLS files changed: new connections use them');
    expect(await shown(port)).toBe('second');
    open.write('still here');
    expect(String((await once(open, 'data'))[0])).toBe('still here');
    open.destroy();
  });

  it('are left alone while the key is not that of the certificate', async () => {
    const pair = bench.folder.pair('catalog', first);
    const { port } = await bench.serve((await (await bench.tls(pair)).server('rest'))!);
    bench.folder.replace('catalog.crt', second.certificate);
    expect(await bench.logged('cannot be used')).toMatchObject({
      level: 'warn',
      tag: 'rest.Provider',
      reason: expect.stringContaining('expected the key of the first certificate') as string,
    });
    expect(await shown(port)).toBe('first');
    bench.folder.replace('catalog.key', second.key);
    await bench.logged('new connections use them');
    expect(await shown(port)).toBe('second');
    expect(bench.lines.filter(({ message }) => message.includes('cannot be used'))).toHaveLength(1);
  });

  it('are tried again when what opens them comes back, though no file changes, and warned of once', async () => {
    let tries = 0;
    let refused!: () => void;
    const refusedAgain = new Promise<void>((resolve) => (refused = resolve));
    let isAway = false;
    const decrypt = (): string => {
      if (!isAway) return 'open';
      if ((tries += 1) === 2) refused();
      throw new Error('no answer');
    };
    const { folder } = bench;
    const ssl = {
      certFile: folder.write('far.crt', first.certificate),
      keyFile: folder.write('far.key', first.encryptedKey('open')),
      certPwdFile: folder.write('far.pwd', 'written'),
      cipherPlugin: 'far',
    };
    const ciphers = { far: { encrypt: (text: string): string => text, decrypt } };
    const { port } = await bench.serve(
      (await (await bench.tls({ 'rest.Provider': ssl }, { ciphers })).server('rest'))!,
    );
    isAway = true;
    folder.replace('far.key', second.encryptedKey('open'));
    folder.replace('far.crt', second.certificate);
    await refusedAgain;
    expect(await shown(port)).toBe('first');
    isAway = false;
    await bench.logged('new connections use them');
    expect(await shown(port)).toBe('second');
    expect(bench.lines.filter(({ message }) => message.includes('cannot be used')).length).toBeLessThanOrEqual(2);
  });

  it('may be swapped as a folder, as Kubernetes does with secrets', async () => {
    const put = (name: string, { certificate, key }: Issued): void => {
      mkdirSync(bench.folder.file(name));
      bench.folder.write(`${name}/tls.crt`, certificate);
      bench.folder.write(`${name}/tls.key`, key);
    };
    put('..one', first);
    put('..two', second);
    symlinkSync('..one', bench.folder.file('..data'));
    for (const file of ['tls.crt', 'tls.key']) symlinkSync(`..data/${file}`, bench.folder.file(file));
    const files = { certFile: bench.folder.file('tls.crt'), keyFile: bench.folder.file('tls.key') };
    const { port } = await bench.serve((await (await bench.tls(files)).server('rest'))!);
    symlinkSync('..two', bench.folder.file('..next'));
    renameSync(bench.folder.file('..next'), bench.folder.file('..data'));
    await bench.logged('new connections use them');
    expect(await shown(port)).toBe('second');
  });

  it('tell consumers to connect anew, with what they trust now', async () => {
    const elsewhere = await Authority.make('elsewhere');
    const caFile = bench.folder.write('ca.crt', elsewhere.certificate);
    const { port } = await bench.serve((await (await bench.tls(bench.folder.pair('catalog', first))).server('rest'))!);
    const tls = await bench.tls({ 'rest.Consumer': { caFile } });
    const client = await tls.client('catalog', 'rest');
    const before = client.connect();
    expect(client.connect()).toBe(before);
    await expect(visit(port, before)).rejects.toThrow();
    const changed = new Promise<void>((resolve) => client.onChange(resolve));
    bench.folder.replace('ca.crt', elsewhere.certificate + bench.authority.certificate);
    await changed;
    expect(client.connect()).not.toBe(before);
    expect(await visit(port, client.connect())).toMatchObject({ text: 'hello' });
  });

  it('end what a session that is resumed was trusted for', async () => {
    const caFile = bench.folder.write('ca.crt', bench.authority.certificate);
    const pair = bench.folder.pair('catalog', first);
    const tls = await bench.tls({ 'rest.Provider': { ...pair, caFile, verifyPeer: true } });
    const { port } = await bench.serve((await tls.server('rest'))!);
    const client = {
      ...{ port, host: '127.0.0.1', servername: 'catalog', ca: bench.authority.certificate },
      ...{ cert: second.certificate, key: second.key, maxVersion: 'TLSv1.2' as const },
    };
    const socket = connect(client);
    const [session] = (await once(socket, 'session')) as [Buffer];
    socket.destroy();
    expect(await visit(port, { ...client, session })).toMatchObject({ resumed: true });
    bench.folder.replace('ca.crt', (await Authority.make('elsewhere')).certificate);
    await bench.logged('new connections use them');
    await expect(visit(port, { ...client, session })).rejects.toThrow();
  });

  it('are no longer looked at once it is closed', async () => {
    const tls = await bench.tls(bench.folder.pair('catalog', first));
    const material = (await tls.server('rest'))!;
    const { port } = await bench.serve(material);
    material.close();
    const other = (await tls.server('rest'))!;
    bench.folder.pair('catalog', second);
    await bench.logged('new connections use them');
    expect(await shown(port)).toBe('first');
    expect(other.secure().cert).toEqual([second.certificate.replace(/\n+$/, '\n')]);
  });
});
