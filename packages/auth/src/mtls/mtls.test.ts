import type { Invocation, PeerIdentity } from '@ts-chassis/core';
import { describe, expect, it } from 'vitest';
import type { Caller } from '../principal.js';
import type { MtlsOptions } from './mtls-options.js';
import { MtlsScheme } from './mtls-scheme.js';

const bare: PeerIdentity = {
  ...{ dnsNames: [], uris: [], issuer: 'CA', serialNumber: '01', fingerprint256: 'AA:BB', validTo: 0 },
};
const orders: PeerIdentity = {
  ...bare,
  commonName: 'orders',
  dnsNames: ['orders.shop', 'www.shop'],
  uris: ['spiffe://shop/orders'],
  spiffeId: 'spiffe://shop/orders',
  emails: ['orders@shop.example'],
};
const ask = (options: MtlsOptions, peer?: PeerIdentity): Caller | undefined =>
  new MtlsScheme({ ...options, realm: 'shop' }).authenticate({ source: { peer } } as unknown as Invocation);
const caught = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

describe('the identity of a certificate', () => {
  it('is no credential where there is none', () => {
    expect(ask({})).toBeUndefined();
    expect(new MtlsScheme({ realm: 'shop' }).challenge()).toBe('ClientCertificate realm="shop"');
  });

  it.each([
    [{}, 'spiffe://shop/orders'],
    [{ name: 'uri' }, 'spiffe://shop/orders'],
    [{ name: 'dns' }, 'orders.shop'],
    [{ name: 'email' }, 'orders@shop.example'],
    [{ name: ['commonName', 'dns'] }, 'orders'],
  ] as const)('names the caller by %j', (options, name) => {
    expect(ask(options, orders)).toMatchObject({ name, scheme: 'mtlsIdentity', claims: { serialNumber: '01' } });
  });

  it('falls back from one field to the next, and is refused when it names nobody', () => {
    expect(ask({}, { ...bare, dnsNames: ['a.shop'] })?.name).toBe('a.shop');
    expect(ask({}, { ...bare, commonName: 'a' })?.name).toBe('a');
    expect(caught(() => ask({}, bare))).toMatchObject({ kind: 'UNAUTHENTICATED', code: 'CREDENTIALS_INVALID' });
    expect(caught(() => ask({ caller: () => undefined }, orders))).toMatchObject({ code: 'CREDENTIALS_INVALID' });
    expect(ask({ caller: ({ issuer }) => ({ name: issuer }) }, orders)?.name).toBe('CA');
  });

  it('is never an id that stands in a common name or DNS name', () => {
    const id = 'spiffe://shop/orders';
    for (const posing of [{ commonName: id }, { dnsNames: [id] }])
      expect(caught(() => ask({ allow: ['spiffe://shop/*'] }, { ...bare, ...posing }))).toMatchObject({
        code: 'CREDENTIALS_INVALID',
      });
    expect(ask({}, { ...bare, commonName: 'orders', dnsNames: [id] })?.name).toBe('orders');
  });

  it('is admitted when it is listed; else it is known and may not', () => {
    expect(ask({ allow: ['spiffe://shop/*'] }, orders)?.name).toBe('spiffe://shop/orders');
    for (const allow of [['spiffe://shop/order'], ['spiffe://shop/orders2'], ['spiffe://other/*'], ['*.shop']])
      expect(caught(() => ask({ allow }, orders))).toMatchObject({
        kind: 'PERMISSION_DENIED',
        code: 'CALLER_NOT_ALLOWED',
      });
  });

  it('has the roles of all entries that fit', () => {
    const roles = {
      'spiffe://shop/*': ['internal'],
      'spiffe://shop/orders': ['buyer', 'internal'],
      'spiffe://x': ['x'],
    };
    expect(ask({ roles }, orders)?.roles).toEqual(['internal', 'buyer']);
  });

  it('is worked out once for a connection', () => {
    const scheme = new MtlsScheme({ realm: 'shop' });
    const invocation = { source: { peer: orders } } as unknown as Invocation;
    expect(scheme.authenticate(invocation)).toBe(scheme.authenticate(invocation));
  });
});
