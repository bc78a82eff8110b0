import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const file = join(__dirname, '../../schema/configuration.schema.json');
const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(file, 'utf8')) as object,
);

function wrongIn(text: string): string[] {
  validate(parse(text));
  return [...new Set((validate.errors ?? []).map(({ instancePath }) => instancePath))];
}

describe('the schema for editors', () => {
  it('accepts files as go-chassis users have them', () => {
    const text = `
servicecomb:
  registry:
    address: http://127.0.0.1:30100
    refreshInterval: 5s
    static: { catalog: 'rest://10.0.0.1:80,rest://10.0.0.2:80' }
  protocols:
    rest: { listenAddress: '127.0.0.1:\${PORT||8090}', trust: peers }
    rest-admin:
  handler: { chain: { Provider: { default: 'monitoring, audit' }, Consumer: { default: [router, transport] } } }
  transport: { timeout: { rest: 1m30s, grpc: 500 }, failure: { rest: 'http_500,http_502' }, maxBodyBytes: { rest: '\${MAX||1024}' } }
  service: { name: catalog, version: 1.10, instanceProperties: { zone: z1, slots: 4 } }
  config: { client: { refreshInterval: 30, refreshMode: 0 } }
  noRefreshSchema: true
  log: { level: DEBUG }
cse: { loadbalance: { strategy: { name: RoundRobin } } }
ssl: { verifyPeer: true, rest: { Provider: { certFile: a.crt } } }
region: { name: eu, availableZone: a }
shop: { discount: 5 }
`;
    expect(wrongIn(text)).toEqual([]);
  });

  it.each([
    ['servicecomb: { registry: { adress: x } }', '/servicecomb/registry'],
    ['servicecomb: { protocols: { rest: { trust: everybody } } }', '/servicecomb/protocols/rest/trust'],
    ['servicecomb: { transport: { timeout: { rest: soon } } }', '/servicecomb/transport/timeout/rest'],
    ['servicecomb: { transport: { maxBodyBytes: { rest: -1 } } }', '/servicecomb/transport/maxBodyBytes/rest'],
    ['servicecomb: { noRefreshSchema: maybe }', '/servicecomb/noRefreshSchema'],
    ['region: { zone: a }', '/region'],
    ['ssl: { rest: { Provider: { protocol: SSLv3 } } }', '/ssl/rest/Provider/protocol'],
  ])('marks what is wrong in %s', (text, path) => {
    expect(wrongIn(text)).toContain(path);
  });
});
