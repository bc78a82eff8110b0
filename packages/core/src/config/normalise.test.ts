import { describe, expect, it } from 'vitest';
import { NO_TEXTS } from './decrypted-texts.js';
import { normalising } from './normalise.js';
import { finish } from './steps.js';
import { SectionIndex } from './section-index.js';
import { CORE_SECTIONS } from './sections/core-sections.js';
import { defineSection } from './section.js';

const Shop = defineSection({
  key: 'shop',
  live: true,
  schema: {
    type: 'object',
    properties: { maxRate: { type: 'number' }, tags: { type: 'object', additionalProperties: { type: 'string' } } },
  },
  aliases: { 'old.shop': 'shop', 'old.*.rate': 'shop.rates.*' },
});
const index = new SectionIndex([...CORE_SECTIONS, Shop]);

function keysOf(values: Record<string, unknown>, caseless = false): { keys: Record<string, unknown>; lines: string[] } {
  const lines: string[] = [];
  const layer = { values, caseless, place: (key: string) => `<${key}>` };
  const leaves = finish(normalising({ layer, texts: NO_TEXTS }, index, (line) => lines.push(line)));
  return { keys: Object.fromEntries([...leaves].map(([key, { value }]) => [key, value])), lines };
}

describe('aliases', () => {
  it('become the keys they stand for, whole branches and names included', () => {
    expect(keysOf({ old: { shop: { maxRate: 1 }, x: { rate: 2 } } }).keys).toEqual({
      'shop.maxRate': 1,
      'shop.rates.x': 2,
    });
    expect(keysOf({ cse: { service: { registry: { type: 'kube', serviceDiscovery: { type: 'a' } } } } }).keys).toEqual({
      'servicecomb.registry.type': 'kube',
      'servicecomb.registry.discovery.type': 'a',
    });
  });

  it('of go-chassis’s variables stay readable under their own names', () => {
    expect(keysOf({ CAS_COMPONENT_NAME: 'a', HOSTING_SERVER_IP: '10.0.0.1' }, true).keys).toEqual({
      CAS_COMPONENT_NAME: 'a',
      'servicecomb.service.name': 'a',
      HOSTING_SERVER_IP: '10.0.0.1',
      'servicecomb.service.instanceProperties.nodeIP': '10.0.0.1',
    });
  });

  it.each([
    ['first', { PAAS_CSE_SC_ENDPOINT: 'http://sc:1', PAAS_CSE_ENDPOINT: 'http://both:1' }],
    ['last', { PAAS_CSE_ENDPOINT: 'http://both:1', PAAS_CSE_SC_ENDPOINT: 'http://sc:1' }],
  ])(
    'may stand for two keys; a nearer variable that comes %s wins over a wider one, and nothing is said',
    (_, values) => {
      const { keys, lines } = keysOf(values, true);
      expect(keys['servicecomb.registry.address']).toBe('http://sc:1');
      expect(keys['servicecomb.config.client.serverUri']).toBe('http://both:1');
      expect(lines).toEqual([]);
    },
  );

  it('know what a role of version 1 said for itself, before what it said for all', () => {
    const registry = {
      watch: false,
      registrator: { scope: 'full' },
      serviceDiscovery: { watch: true, refreshInterval: '5s' },
    };
    expect(keysOf({ cse: { service: { registry } } }).keys).toEqual({
      'servicecomb.registry.scope': 'full',
      'servicecomb.registry.watch': true,
      'servicecomb.registry.refreshInterval': '5s',
    });
  });

  it('of one key win in the order in which they are declared, and it is said', () => {
    const servicecomb = { registry: { refeshInterval: '5s' } };
    const cse = { service: { registry: { refreshInterval: '7s' } } };
    for (const values of [
      { servicecomb, cse },
      { cse, servicecomb },
    ]) {
      const { keys, lines } = keysOf(values);
      expect(keys).toEqual({ 'servicecomb.registry.refreshInterval': '5s' });
      expect(lines).toEqual([expect.stringContaining('<servicecomb.registry.refeshInterval> wins')]);
    }
  });

  it('beside the canonical key of the same source lose, and it is said', () => {
    const { keys, lines } = keysOf({ old: { shop: { maxRate: 1 } }, shop: { maxRate: 2 } });
    expect(keys).toEqual({ 'shop.maxRate': 2 });
    expect(lines).toEqual([
      'shop.maxRate is given twice, by <shop.maxRate> and by <old.shop.maxRate>; <shop.maxRate> wins',
    ]);
    expect(keysOf({ old: { shop: { maxRate: 2 } }, shop: { maxRate: 2 } }).lines).toEqual([]);
  });
});

describe('variables', () => {
  it('find declared keys whatever their case', () => {
    const values = {
      'SERVICECOMB.REGISTRY.REFRESHINTERVAL': '5s',
      'SERVICECOMB.PROTOCOLS.REST.LISTENADDRESS': ':1',
      'SERVICECOMB.NOREFRESHSCHEMA': 'true',
      'SHOP.MAXRATE': '1',
    };
    expect(keysOf(values, true).keys).toEqual({
      'servicecomb.registry.refreshInterval': '5s',
      'servicecomb.protocols.rest.listenAddress': ':1',
      'servicecomb.noRefreshSchema': 'true',
      'shop.maxRate': '1',
    });
    expect(keysOf(values).keys).toEqual(values);
  });

  it('that only look like a section or a free name stay what they are', () => {
    const values = {
      REGION: 'eu',
      SHOP: '1',
      'SHOP.TAGS.X': 'a',
      'SERVICECOMB.REGISTRY': 'x',
      'SSL.CERT.FILE': '/etc/ssl',
    };
    expect(keysOf(values, true).keys).toEqual(values);
  });

  it('spelled in both ways are said to be', () => {
    const { keys, lines } = keysOf({ 'shop.maxRate': '1', 'SHOP.MAXRATE': '2' }, true);
    expect(keys).toEqual({ 'shop.maxRate': '1' });
    expect(lines).toHaveLength(1);
  });
});
