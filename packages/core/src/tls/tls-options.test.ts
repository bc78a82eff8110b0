import { getCiphers } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import { createConfig, memorySource, type Config } from '../config/index.js';
import { silentLogger, type Logger } from '../telemetry/logger.js';
import { CIPHER_SUITES } from './cipher-suites.js';
import { SslSection } from './ssl-section.js';
import { tlsOptionsFor } from './tls-options.js';

async function configured(values: Record<string, unknown>, logger: Logger = silentLogger): Promise<Config> {
  const store = createConfig({
    sections: [SslSection],
    sources: [memorySource(values)],
    clock: new VirtualClock(),
    logger,
  });
  await store.start();
  return store;
}

describe('tlsOptionsFor', () => {
  it('is off where nothing is said', async () => {
    const config = await configured({ 'ssl.grpc.Provider.certFile': 'x', 'ssl.caFile': '' });
    expect(tlsOptionsFor(config, 'rest.Provider')).toBeUndefined();
    expect(tlsOptionsFor(config, 'catalog.rest.Consumer')).toBeUndefined();
  });

  it('verifies the other side of a consumer, asks no client of a provider, unless told otherwise', async () => {
    const config = await configured({
      'ssl.caFile': 'ca.pem',
      'ssl.rest-admin.Provider.verifyPeer': 'true',
      'ssl.legacy.rest.Consumer.verifyPeer': false,
    });
    const verified = (tag: string): boolean | undefined => tlsOptionsFor(config, tag)?.verifyPeer;
    expect(verified('catalog.rest.Consumer')).toBe(true);
    expect(verified('registrator.Consumer')).toBe(true);
    expect(verified('legacy.rest.Consumer')).toBe(false);
    expect(verified('rest.Provider')).toBe(false);
    expect(verified('rest-admin.Provider')).toBe(true);
  });

  it('has safe defaults that Node knows', async () => {
    const options = tlsOptionsFor(
      await configured({ 'ssl.rest.Provider.certFile': 'c', 'ssl.rest.Provider.keyFile': 'k' }),
      'rest.Provider',
    );
    expect(options).toEqual({
      tag: 'rest.Provider',
      verifyPeer: false,
      minVersion: 'TLSv1.2',
      cipherSuites: Object.values(CIPHER_SUITES),
      cipherPlugin: 'default',
      certFile: 'c',
      keyFile: 'k',
    });
    const known = getCiphers();
    for (const suite of Object.values(CIPHER_SUITES)) expect(known).toContain(suite.toLowerCase());
  });

  it('merges key by key: for all, for the protocol, for the tag', async () => {
    const config = await configured({
      ssl: {
        caFile: 'all',
        certFile: 'all',
        keyFile: 'all',
        'rest.Consumer.certFile': 'protocol',
        'rest.Consumer.keyFile': 'protocol',
        'catalog.rest.Consumer': { keyFile: 'tag', serverName: 'books' },
      },
    });
    expect(tlsOptionsFor(config, 'catalog.rest.Consumer')).toMatchObject({
      ...{ caFile: 'all', certFile: 'protocol', keyFile: 'tag', serverName: 'books' },
    });
    expect(tlsOptionsFor(config, 'stock.rest.Consumer')).toMatchObject({ keyFile: 'protocol' });
    expect(tlsOptionsFor(config, 'rest.Consumer')).toMatchObject({ keyFile: 'protocol' });
    expect(tlsOptionsFor(config, 'stock.grpc.Consumer')).toMatchObject({ keyFile: 'all' });
    expect(tlsOptionsFor(config, 'rest.Provider')).toMatchObject({ certFile: 'all' });
  });

  it('reads versions and suites as go-chassis spells them, in one text too', async () => {
    const config = await configured({
      'ssl.protocol': 'TLSv1.0',
      'ssl.rest.Provider.protocol': 'TLSv1.3',
      'ssl.cipherSuits': 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
    });
    expect(tlsOptionsFor(config, 'rest.Provider')?.minVersion).toBe('TLSv1.3');
    expect(tlsOptionsFor(config, 'rest.Consumer')).toMatchObject({
      minVersion: 'TLSv1',
      cipherSuites: ['ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES128-GCM-SHA256'],
    });
  });

  it('knows services whose names have dots, or are called like keys or like what objects have', async () => {
    const config = await configured({
      'ssl.my.shop.rest.Consumer.serverName': 'dotted',
      'ssl.constructor.rest.Consumer.serverName': 'odd',
    });
    expect(tlsOptionsFor(config, 'my.shop.rest.Consumer')?.serverName).toBe('dotted');
    expect(tlsOptionsFor(config, 'constructor.rest.Consumer')?.serverName).toBe('odd');
    expect(tlsOptionsFor(config, 'toString.rest.Consumer')).toBeUndefined();
  });

  it.each([
    ['ssl.rest.Provider.protocol', 'SSLv3'],
    ['ssl.verifyPeer', 'perhaps'],
    ['ssl.rest.Provider.cipherSuits', 'TLS_RSA_WITH_RC4_128_MD5'],
  ])('refuses the start over %s: %s', async (key, value) => {
    await expect(configured({ [key]: value })).rejects.toThrow(key);
  });

  it.each([
    ['ssl.verifyPer', 'verifyPeer'],
    ['ssl.rest.Provider.certFil', 'certFile'],
    ['ssl.catalog.rest.Consumer.CAFile', 'caFile'],
  ])('refuses the start over the misspelt %s, and says what was meant', async (key, meant) => {
    await expect(configured({ [key]: 'x' })).rejects.toThrow(`${key}: expected no such key (did you mean ${meant}?)`);
  });

  it('warns of a key that is like no other', async () => {
    const lines: string[] = [];
    const logger = Object.create(silentLogger, { warn: { value: (line: string) => lines.push(line) } }) as Logger;
    const values = { 'ssl.rest.Provider': { certFile: 'server.crt', curves: 'P-256' }, 'ssl.renegotiation': false };
    const config = await configured(values, logger);
    expect(tlsOptionsFor(config, 'rest.Provider')?.certFile).toBe('server.crt');
    expect(lines).toEqual(['memory: unknown key ssl.rest.Provider.curves', 'memory: unknown key ssl.renegotiation']);
  });
});
