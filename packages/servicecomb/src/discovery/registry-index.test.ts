import { describe, expect, it } from 'vitest';
import { discovering, record, type Discovering } from './fake-registry.fixture.js';

const POLL_MS = 34_000;
const service = (serviceId: string, serviceName: string, more: object = {}) => ({
  ...{ serviceId, serviceName, appId: 'default', version: '1.0.0' },
  ...more,
});

function withServices(made: Discovering): Discovering {
  const { registry } = made;
  for (const each of [
    service('c1', 'catalog'),
    service('c2', 'catalog', { version: '2.0.0' }),
    service('o1', 'orders', { environment: 'testing' }),
    service('n1', 'nobody'),
  ]) {
    registry.records.set(each.serviceId, each);
  }
  const at = (...hosts: string[]) => ({ endpoints: hosts.map((host) => `rest://${host}:80`) });
  registry.set(
    'default:catalog',
    record('a', { serviceId: 'c1', ...at('10.0.0.1', '[::1]') }),
    record('b', { serviceId: 'c2', ...at('10.0.0.2', '10.0.0.9') }),
  );
  registry.set('testing/default:orders', record('c', { serviceId: 'o1', endpoints: ['rest://10.0.0.9:80', 'broken'] }));
  return made;
}

describe('the index of addresses', () => {
  it('knows which service is at a host, of all that are registered', async () => {
    const { discovery, registry, clock } = withServices(discovering({ autoIPIndex: true }));
    expect(discovery.index.serviceAt('10.0.0.1')).toBeUndefined();
    await clock.advance(0);
    expect(discovery.index.serviceAt('10.0.0.1')).toEqual({
      ...{ environment: '', app: 'default', service: 'catalog', version: '1.0.0' },
    });
    expect(discovery.index.serviceAt('::1')?.service).toBe('catalog');
    expect(discovery.index.serviceAt('10.0.0.2')?.version).toBe('2.0.0');
    // two services are at this one
    expect(discovery.index.serviceAt('10.0.0.9')).toBeUndefined();
    expect(discovery.index.serviceAt('10.0.0.8')).toBeUndefined();
    expect(discovery.index.servicesWith('any')).toEqual([]);
    // to look at everybody is not to depend on everybody
    expect(registry.asked.map(({ consumer }) => consumer)).toEqual([undefined]);
    await discovery.close();
  });

  it('leaves out a service whose name the registry would refuse to be asked for', async () => {
    const { discovery, registry, clock, log } = withServices(discovering({ autoIPIndex: true }));
    registry.records.set('x1', service('x1', 'no name'));
    registry.spoiling.add('default:no name');
    discovery.index.serviceAt('');
    await clock.advance(0);
    expect(discovery.index.serviceAt('10.0.0.1')?.service).toBe('catalog');
    expect(log.lines).toEqual([]);
    await discovery.close();
  });

  it('follows the registry, asking only for what changed, and stays as it is in an outage', async () => {
    const { discovery, registry, clock, log } = withServices(discovering({ autoIPIndex: true }));
    discovery.index.serviceAt('');
    await clock.advance(0);
    registry.set('testing/default:orders');
    registry.asked.length = 0;
    await clock.advance(POLL_MS);
    expect(registry.asked[0]?.revisions).toEqual(['r1', 'r2', undefined]);
    expect(discovery.index.serviceAt('10.0.0.9')?.service).toBe('catalog');
    registry.outage(true);
    await clock.advance(3 * POLL_MS);
    expect(discovery.index.serviceAt('10.0.0.9')?.service).toBe('catalog');
    registry.outage(false);
    registry.records.clear();
    await clock.advance(POLL_MS);
    expect(discovery.index.serviceAt('10.0.0.9')).toBeUndefined();
    expect(log.lines).toEqual([
      'warn registry: the index of services cannot be renewed',
      'info registry: the index of services is renewed again',
    ]);
    await discovery.close();
  });
});

describe('the index of interfaces', () => {
  it('goes without a contract that cannot be read, asks for it again, and tells of it once', async () => {
    const { discovery, registry, clock, log } = withServices(discovering({ autoSchemaIndex: true }));
    registry.records.set('c1', { ...registry.records.get('c1')!, schemas: ['endless', 'good'] });
    registry.records.set('c2', { ...registry.records.get('c2')!, schemas: ['good'] });
    for (const id of ['c1/endless', 'c1/good', 'c2/good']) {
      registry.texts.set(id, `info:\n  x-java-interface: com.example.${id.split('/')[1]}\n`);
    }
    registry.unreadable.add('c1/endless');
    discovery.index.servicesWith('');
    const offering = (name: string) => discovery.index.servicesWith(name).map(({ version }) => version);
    for (let poll = 0; poll < 5; poll += 1) await clock.advance(POLL_MS);
    expect([offering('com.example.good'), offering('com.example.endless')]).toEqual([['1.0.0', '2.0.0'], []]);
    registry.unreadable.clear();
    await clock.advance(POLL_MS);
    expect(offering('com.example.endless')).toEqual(['1.0.0']);
    const asked = registry.looked.length;
    await clock.advance(POLL_MS);
    expect(registry.looked).toHaveLength(asked);
    expect(log.lines).toEqual([
      'warn registry: a contract cannot be read, and the index of services goes without it',
      'info registry: the index of services has all contracts again',
    ]);
    await discovery.close();
  });

  it('knows which services offer one, and reads contracts again when the record changed', async () => {
    const { discovery, registry, clock } = withServices(discovering({ autoSchemaIndex: true }));
    const put = (id: string, schemas: string[], modTimestamp = '1') =>
      registry.records.set(id, { ...registry.records.get(id)!, schemas, modTimestamp });
    put('c1', ['json', 'none', 'missing']);
    put('c2', ['yaml']);
    registry.texts.set('c1/json', '{"swagger":"2.0","info":{"x-java-interface":"com.example.Catalog"}}');
    registry.texts.set('c1/none', '{"swagger":"2.0","info":{"title":"x"}}');
    registry.texts.set('c2/yaml', 'swagger: "2.0"\ninfo:\n  x-java-interface: com.example.Catalog\n');
    discovery.index.servicesWith('');
    await clock.advance(0);
    const offering = (name: string) => discovery.index.servicesWith(name).map(({ version }) => version);
    expect(offering('com.example.Catalog')).toEqual(['1.0.0', '2.0.0']);
    expect(registry.looked).toEqual(['c1/json', 'c1/none', 'c1/missing', 'c2/yaml']);
    registry.texts.set('c2/yaml', 'info:\n  x-java-interface: "com.example.Shelf"\n');
    await clock.advance(POLL_MS);
    expect(registry.looked).toHaveLength(4);
    put('c2', ['yaml'], '2');
    await clock.advance(POLL_MS);
    expect(registry.looked).toHaveLength(5);
    expect([offering('com.example.Catalog'), offering('com.example.Shelf')]).toEqual([['1.0.0'], ['2.0.0']]);
    expect(discovery.index.serviceAt('10.0.0.1')).toBeUndefined();
    await discovery.close();
  });
});

it('is nothing where it is not asked for', async () => {
  const { discovery, registry, clock } = withServices(discovering());
  expect([discovery.index.serviceAt('10.0.0.1'), discovery.index.servicesWith('x')]).toEqual([undefined, []]);
  await clock.advance(POLL_MS);
  expect([registry.asked, clock.pending]).toEqual([[], 0]);
  await discovery.close();
});
