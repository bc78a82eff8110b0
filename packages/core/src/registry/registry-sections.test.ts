import { describe, expect, it } from 'vitest';
import { seededRandom } from '../clock/random.js';
import { VirtualClock } from '../clock/virtual-clock.js';
import { CORE_SECTIONS, createConfig, environmentSource, RegistrySection, type ConfigStore } from '../config/index.js';
import { silentLogger } from '../telemetry/logger.js';
import { builtInRegistries } from './built-in-registries.js';
import { chooseRegistry } from './choose-registry.js';
import type { Discovery, InstanceChange } from './ports.js';

const identity = { environment: '', app: 'default', service: 'orders', version: '1.0.0' };
const query = { environment: '', app: 'default', service: 'catalog' };
const clock = new VirtualClock();

async function configured(
  values: Record<string, unknown>,
  environment: NodeJS.ProcessEnv = {},
): Promise<{ config: ConfigStore; discovery: Discovery }> {
  const sources = [environmentSource(environment)];
  const config = createConfig({ sections: CORE_SECTIONS, sources, values, clock, logger: silentLogger });
  await config.start();
  const { discovery } = chooseRegistry(config.section(RegistrySection), builtInRegistries);
  return {
    config,
    discovery: discovery!.make({
      ...{ clock, random: seededRandom(1), logger: silentLogger, config, identity, addresses: discovery!.addresses },
      ...{ tls: undefined as never, ciphers: undefined as never, directory: undefined, schemas: () => [] },
    }),
  };
}

const hosts = async (discovery: Discovery, service = 'catalog'): Promise<string[]> =>
  (await discovery.find({ ...query, service })).map(({ hostName }) => hostName);

describe('the registries in a real configuration', () => {
  it('reads static instances, also of a service with dots and from an environment variable', async () => {
    const { discovery } = await configured(
      { 'servicecomb.registry.type': 'static', 'servicecomb.registry.static.shop.catalog': ['rest://a:1'] },
      { 'servicecomb.registry.static.catalog': 'rest://b:1,rest://c:1' },
    );
    expect(await hosts(discovery, 'shop.catalog')).toEqual(['a']);
    expect(await hosts(discovery)).toEqual(['b', 'c']);
  });

  it('follows a change, and refuses a wrong one', async () => {
    const { config, discovery } = await configured({ 'servicecomb.registry.type': 'static' });
    expect(await hosts(discovery)).toEqual([]);
    const told = new Promise<InstanceChange>((resolve) => discovery.watch(query, resolve));
    config.set('servicecomb.registry.static.catalog', [{ endpoints: ['rest://a:1', 'grpc://a:2'], version: '2.0.0' }]);
    expect((await told).added).toEqual([expect.objectContaining({ version: '2.0.0', hostName: 'a' })]);
    expect(() => config.set('servicecomb.registry.static.catalog', ['nonsense'])).toThrowError(
      /servicecomb\.registry\.static\.catalog/,
    );
    expect(await hosts(discovery)).toEqual(['a']);
  });

  it('has a name for every service when dns says nothing more', async () => {
    const { config, discovery } = await configured({ 'servicecomb.registry.type': 'dns' });
    expect((await discovery.find(query))[0]?.endpoints).toEqual([
      { listener: 'rest', host: 'catalog', port: 80, ssl: false },
    ]);
    const told = new Promise<InstanceChange>((resolve) => discovery.watch(query, resolve));
    config.set('servicecomb.registry.dns.services.catalog', ['rest://books.example.org:8443?sslEnabled=true']);
    expect((await told).updated[0]?.endpoints[0]?.host).toBe('books.example.org');
    expect(() => config.set('servicecomb.registry.dns.endpoints', [])).toThrowError(
      /servicecomb\.registry\.dns\.endpoints/,
    );
  });

  it('takes one role from elsewhere', async () => {
    const { config } = await configured({
      'servicecomb.registry.address': 'file:///srv/registry',
      'servicecomb.registry.serviceDiscovery.type': 'dns',
    });
    const choice = chooseRegistry(config.section(RegistrySection), builtInRegistries);
    expect([choice.registrar?.type, choice.discovery?.type]).toEqual(['local', 'dns']);
    expect(choice.registrar?.addresses).toEqual(['file:///srv/registry']);
  });
});
