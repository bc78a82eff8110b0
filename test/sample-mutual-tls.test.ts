import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CertificateFolder } from './fixtures/certificates.js';
import { root, Service } from './fixtures/service.js';

const folder = join(root, 'samples/mutual-tls');
const certificates = new CertificateFolder();
const origins: Record<string, string> = {};
let sample: Service;

beforeAll(async () => {
  const environment = { PORT: '0', ORDERS_PORT: '0', GUEST_PORT: '0', CERTIFICATES: certificates.path };
  sample = new Service({ command: [join(folder, 'dist/main.js')], environment, cwd: folder });
  for (const name of ['stock', 'orders', 'guest']) {
    const { endpoints } = await sample.line(({ message, service }) => message === 'ready' && service === name);
    origins[name] = (endpoints as string[])[0]!.replace('rest://', 'http://').replace(/\?.*/, '');
  }
});

afterAll(async () => {
  await sample.stop();
  certificates.remove();
});

const reserve = (who: string): Promise<Response> => fetch(`${origins[who]}/call/reserve/cheese`, { method: 'POST' });

describe('the sample mutual-tls', () => {
  it('is asked by everybody who has a certificate', async () => {
    for (const who of ['orders', 'guest'])
      expect(await (await fetch(`${origins[who]}/call/count/cheese`)).json()).toBe(6);
  });

  it('lets the one reserve whose certificate says who it is', async () => {
    expect(await (await reserve('orders')).json()).toEqual({ item: 'cheese', by: 'spiffe://shop.example/orders' });
    const refused = await reserve('guest');
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain('not spiffe://shop.example/guest');
  });

  it('is reached by nobody without one', async () => {
    const { port } = new URL(origins['stock']!);
    const ca = readFileSync(certificates.file('authority.crt'));
    const asked = get({ port, host: '127.0.0.1', path: '/stock/cheese', ca, servername: 'stock' });
    await expect(once(asked, 'response')).rejects.toThrow();
    await sample.says('TLS handshake failed');
  });
});
