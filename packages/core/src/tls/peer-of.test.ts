import { once } from 'node:events';
import { Socket, type AddressInfo } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import { Authority, selfSigned, type Issued } from '../../../../test/fixtures/certificates.js';
import type { PeerIdentity } from '../endpoint/peer-identity.js';
import { peerOf } from './peer-of.js';

let authority: Authority;
let own: Issued;
beforeAll(async () => {
  authority = await Authority.make();
  own = await authority.issue({ name: 'server' });
});

/** Who a server that asks for certificates sees, and refuses nobody. */
async function seen(client: Partial<Issued>): Promise<PeerIdentity | undefined> {
  const server = createServer({
    ...{ cert: own.certificate, key: own.key, ca: authority.certificate },
    ...{ requestCert: true, rejectUnauthorized: false },
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'secureConnection') as Promise<[TLSSocket]>;
  const socket = connect({
    ...{ port: (server.address() as AddressInfo).port, host: '127.0.0.1', rejectUnauthorized: false },
    ...(client.certificate && { cert: client.certificate, key: client.key! }),
  });
  socket.on('error', () => undefined);
  const [other] = await accepted;
  const peer = peerOf(other);
  expect(peerOf(other)).toBe(peer);
  socket.destroy();
  other.destroy();
  server.close();
  return peer;
}

describe('peerOf', () => {
  it('knows nobody over a plain connection, without a certificate, or with one that is not verified', async () => {
    expect(peerOf(new Socket())).toBeUndefined();
    expect(await seen({})).toBeUndefined();
    expect(await seen(await selfSigned({ name: 'orders', uris: ['spiffe://shop/orders'] }))).toBeUndefined();
    expect(await seen(await authority.issue({ name: 'orders', untilDay: -0.5 }))).toBeUndefined();
  });

  it('takes no name out of another', async () => {
    const uris = ['http://x/a, DNS:admin', 'http://x/"b", URI:spiffe://shop/admin', 'http://x/\\", DNS:root'];
    const peer = await seen(await authority.issue({ name: 'orders', dns: ['orders'], uris }));
    expect([peer?.dnsNames, peer?.uris, peer?.spiffeId]).toEqual([['orders'], uris, undefined]);
  });

  it('knows a SPIFFE id only where it is the one URI (X.509-SVID, 2)', async () => {
    const one = await seen(await authority.issue({ name: 'orders', uris: ['spiffe://shop/orders'] }));
    expect(one?.spiffeId).toBe('spiffe://shop/orders');
    const uris = ['spiffe://shop/orders', 'http://shop/admin'];
    const peer = await seen(await authority.issue({ name: 'orders', uris }));
    expect([peer?.uris, peer?.spiffeId]).toEqual([uris, undefined]);
  });

  it('copes with a certificate that has but one name, or none', async () => {
    expect(await seen(await authority.issue({ name: 'orders', dns: [], emails: ['a@b'] }))).toMatchObject({
      commonName: 'orders',
      dnsNames: [],
      uris: [],
      emails: ['a@b'],
    });
  });
});
