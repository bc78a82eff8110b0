import { describe, expect, it } from 'vitest';
import { createConfig } from '../config/create-config.js';
import { CORE_SECTIONS } from '../config/sections/core-sections.js';
import { memorySource } from '../config/sources/memory-source.js';
import { VirtualClock } from '../clock/virtual-clock.js';
import { silentLogger } from '../telemetry/logger.js';
import { listenersOf } from './listeners.js';
import { advertised } from './describe-self.js';

async function listeners(values: Record<string, unknown>): Promise<ReturnType<typeof listenersOf>> {
  const config = createConfig({
    sections: CORE_SECTIONS,
    sources: [memorySource(values)],
    clock: new VirtualClock(),
    logger: silentLogger,
  });
  await config.start();
  return listenersOf(config);
}

const KEY = 'servicecomb.protocols';

describe('listenersOf', () => {
  it('reads addresses, IPv6 and host names too', async () => {
    const found = await listeners({
      [`${KEY}.rest.listenAddress`]: '[::1]:8101',
      [`${KEY}.rest-admin.listenAddress`]: 'localhost:0',
      [`${KEY}.rest-admin.trust`]: 'peers',
    });
    expect(found).toEqual([
      { name: 'rest', protocol: 'rest', listen: { host: '::1', port: 8101 }, trust: 'none' },
      { name: 'rest-admin', protocol: 'rest', listen: { host: 'localhost', port: 0 }, trust: 'peers' },
    ]);
  });

  it('listens on go-chassis ports of the loopback where no address is configured', async () => {
    const found = await listeners({ [`${KEY}.rest.trust`]: 'none', [`${KEY}.grpc.trust`]: 'none' });
    expect(found.map(({ name, listen }) => [name, listen.host, listen.port])).toEqual(
      expect.arrayContaining([
        ['rest', '127.0.0.1', 5000],
        ['grpc', '127.0.0.1', 7000],
      ]),
    );
  });

  it('listens where it advertises when only that is configured', async () => {
    const [found] = await listeners({ [`${KEY}.rest.advertiseAddress`]: '10.0.0.1:8080' });
    expect(found?.listen).toEqual({ host: '10.0.0.1', port: 8080 });
  });

  it.each([['localhost'], ['1.2.3.4:70000'], ['::1:80'], ['a b:1']])(
    'refuses the address %s, naming key and value',
    async (text) => {
      const key = `${KEY}.rest.listenAddress`;
      await expect(listeners({ [key]: text })).rejects.toThrow(key);
      await expect(listeners({ [key]: text })).rejects.toThrow(JSON.stringify(text));
    },
  );

  it('refuses a name with two hyphens', async () => {
    await expect(listeners({ [`${KEY}.rest-a-b.listenAddress`]: ':1' })).rejects.toThrow('{protocol}-{suffix}');
  });

  it('puts a listener at the address of the one it shares a port with', async () => {
    const found = await listeners({
      [`${KEY}.rest.listenAddress`]: '127.0.0.1:8101',
      [`${KEY}.grpc.sharedWith`]: 'rest',
    });
    expect(found.find(({ name }) => name === 'grpc')).toMatchObject({
      sharedWith: 'rest',
      listen: { host: '127.0.0.1', port: 8101 },
    });
  });

  it.each([
    ['nobody', { [`${KEY}.grpc.sharedWith`]: 'rset' }, 'expected rest, rest-admin, got "rset"'],
    ['itself', { [`${KEY}.grpc.sharedWith`]: 'grpc' }, 'expected rest, rest-admin, got "grpc"'],
    ['one of its own protocol', { [`${KEY}.rest-admin.sharedWith`]: 'rest' }, '"rest" speaks "rest" too'],
    [
      'one that shares itself',
      { [`${KEY}.talk.sharedWith`]: 'grpc', [`${KEY}.grpc.sharedWith`]: 'rest' },
      '"grpc" shares a port itself; expected rest, rest-admin',
    ],
    [
      'and has an address of its own',
      { [`${KEY}.grpc.sharedWith`]: 'rest', [`${KEY}.grpc.listenAddress`]: ':7000' },
      'servicecomb.protocols.grpc: has a listenAddress and shares the port of "rest"',
    ],
  ])('refuses a listener that shares a port with %s', async (_with, values, message) => {
    const refused = listeners({ [`${KEY}.rest.trust`]: 'none', [`${KEY}.rest-admin.trust`]: 'none', ...values });
    await expect(refused).rejects.toMatchObject({
      code: 'LISTENER_INVALID',
      message: expect.stringContaining(message) as string,
    });
  });
});

describe('advertised', () => {
  const listener = { name: 'rest', protocol: 'rest', listen: { host: '127.0.0.1', port: 0 }, trust: 'none' } as const;
  const bound = { listener: 'rest', host: '127.0.0.1', port: 4711, ssl: false };

  it('is where it listens, unless an address is advertised', () => {
    expect(advertised(listener, bound)).toEqual(bound);
    expect(advertised({ ...listener, advertise: { host: 'shop.example', port: 80 } }, bound)).toEqual({
      ...bound,
      host: 'shop.example',
      port: 80,
    });
  });

  it('takes the real port for an advertised port 0', () => {
    expect(advertised({ ...listener, advertise: { host: 'shop.example', port: 0 } }, bound).port).toBe(4711);
  });

  it('never tells others an unspecified address', () => {
    for (const host of ['0.0.0.0', '::']) expect(advertised(listener, { ...bound, host }).host).not.toBe(host);
  });
});
