import { seededRandom, silentLogger, VirtualClock, type RegistryContext } from '@ts-chassis/core';

/**
 * What a registry is made of in a test: a clock moved by hand, a silent log, no addresses. Configuration, TLS and ciphers are there only
 * when they are given.
 *
 * @param parts - what the registry under test needs
 *
 * @example
 * ```ts
 * const discovery = new HouseDiscovery(registryContext({ addresses: ['http://127.0.0.1:30100'] }));
 * ```
 */
export function registryContext(parts: Partial<RegistryContext> = {}): RegistryContext {
  const absent = undefined as never;
  return {
    clock: new VirtualClock(),
    random: seededRandom(1),
    logger: silentLogger,
    identity: { environment: '', app: 'default', service: 'test', version: '1.0.0' },
    addresses: [],
    directory: undefined,
    schemas: () => [],
    ...{ config: absent, tls: absent, ciphers: absent },
    ...parts,
  };
}
