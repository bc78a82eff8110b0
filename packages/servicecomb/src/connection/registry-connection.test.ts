import { Ciphers, plainCipher, systemClock, type RegistryContext, type TlsMaterials } from '@ts-chassis/core';
import { registryContext } from '@ts-chassis/testing';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { configOf } from '../session/config-of.fixture.js';
import { VERSION } from '../version.js';
import { Bench, json } from './control-plane.fixture.js';
import { registryConnection } from './registry-connection.js';

const bench = new Bench();
afterEach(() => bench.close());

function contextOf(addresses: readonly string[], values: Readonly<Record<string, object>>): RegistryContext {
  const config = Object.assign(configOf(values), { origin: () => undefined });
  const tls = { control: () => Promise.resolve(undefined) } as unknown as TlsMaterials;
  const makers = new Map([
    ['turning', () => ({ ...plainCipher, decrypt: (text: string) => Promise.resolve([...text].reverse().join('')) })],
  ]);
  const ciphers = new Ciphers({ makers, chosen: () => 'turning' });
  return registryContext({ addresses, clock: systemClock, config, tls, ciphers });
}

describe('registryConnection', () => {
  it('asks as the configuration says: tenant, account, sizes', async () => {
    const plane = await bench.plane();
    plane.answer = (asked, response) =>
      json(asked.url === '/v4/token' ? { token: 't1' } : { text: 'x'.repeat(70_000) })(asked, response);
    const { connection, project } = registryConnection(
      contextOf([plane.url], {
        'servicecomb.registry.serviceCenter': { project: 'shop', domain: 'house', maxAnswerBytes: 65_536 },
        'servicecomb.credentials': { account: { name: 'me', password: 'terces' }, cipher: 'turning' },
      }),
      'registrator.Consumer',
    );
    expect(project).toBe('shop');
    await expect(connection.request({ method: 'GET', path: '/a' })).rejects.toThrow('more than 65536 bytes');
    await connection.close();
    expect(JSON.parse(plane.asked[0]!.body)).toMatchObject({ name: 'me', password: 'secret' });
    expect(plane.asked[1]!.headers).toMatchObject({
      'x-domain-name': 'house',
      'user-agent': `ts-chassis/${VERSION}`,
      authorization: 'Bearer t1',
    });
  });

  it('learns further addresses where that is asked for', async () => {
    const plane = await bench.plane();
    const came = plane.came(2);
    const context = contextOf([plane.url], { 'servicecomb.registry': { autodiscovery: true } });
    const { connection } = registryConnection(context, 'registrator.Consumer');
    await connection.request({ method: 'GET', path: '/a' });
    await came;
    await connection.close();
    expect(plane.asked.map(({ url }) => url).sort()).toEqual(['/a', '/v4/default/registry/health']);
  });

  it('has the version of the package', () => {
    const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { version: string };
    expect(VERSION).toBe(version);
  });
});
