import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CertificateFolder } from './fixtures/certificates.js';
import { root, Service } from './fixtures/service.js';

const folder = join(root, 'samples/tls');
const certificates = new CertificateFolder();
let sample: Service;
let reader: string;
let port: string;

beforeAll(async () => {
  const ports = { PORT: '0', IMPOSTOR_PORT: '0', PLAIN_PORT: '0', READER_PORT: '0' };
  const environment = { ...ports, CERTIFICATES: certificates.path };
  sample = new Service({ command: [join(folder, 'dist/main.js')], environment, cwd: folder });
  const endpoint = async (name: string): Promise<string> => {
    const { endpoints } = await sample.line(({ message, service }) => message === 'ready' && service === name);
    return (endpoints as string[])[0]!.replace('rest://', 'http://').replace(/\?.*/, '');
  };
  port = new URL(await endpoint('books')).port;
  reader = await endpoint('reader');
});

afterAll(async () => {
  await sample.stop();
  certificates.remove();
});

async function askBooks(options: RequestOptions): Promise<number | undefined> {
  const asked = get({ port, host: '127.0.0.1', path: '/books/42', ...options });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

describe('the sample tls', () => {
  it('is read over TLS and without', async () => {
    for (const way of ['secure', 'plain'])
      expect(await (await fetch(`${reader}/read/${way}/42`)).json()).toEqual({ isbn: '42', title: 'Moby Dick' });
  });

  it('is not read over a connection to somebody else', async () => {
    const response = await fetch(`${reader}/read/impostor/42`);
    expect([response.status, await response.text()]).toEqual([503, expect.stringContaining('CALL_FAILED')]);
  });

  it('is reached by others who trust its authority and know its name', async () => {
    const ca = readFileSync(certificates.file('authority.crt'));
    expect(await askBooks({ ca, servername: 'books' })).toBe(200);
    await expect(askBooks({ ca, servername: 'reader' })).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
    await expect(askBooks({ servername: 'books' })).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  });
});
