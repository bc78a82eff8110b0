import type { Instance, InstanceChange, ServiceQuery } from '@ts-chassis/core';
import { describe, expect, it } from 'vitest';
import { discovering, record } from './fake-registry.fixture.js';

const catalog: ServiceQuery = { environment: '', app: 'default', service: 'catalog' };
const orders: ServiceQuery = { ...catalog, service: 'orders' };
const NAME = 'default:catalog';
/** Longer than any pause between two polls of 30 s. */
const POLL_MS = 34_000;
const ids = (list: readonly Instance[] | undefined): string[] | undefined => list?.map(({ id }) => id);

describe('lists of instances', () => {
  it('are asked for in one request a turn, as our consumer', async () => {
    const { discovery, registry } = discovering();
    registry.set(NAME, record('a')).set('default:orders', record('b'));
    const [first, second] = await Promise.all([discovery.find(catalog), discovery.find(orders)]);
    expect([ids(first), ids(second)]).toEqual([['a'], ['b']]);
    expect(registry.asked).toEqual([
      { consumer: 'own1', services: [NAME, 'default:orders'], revisions: [undefined, undefined] },
    ]);
    await discovery.close();
  });

  it('are asked for again with the revision that is known, all in one request a poll', async () => {
    const { discovery, registry, clock } = discovering();
    registry.set(NAME, record('a')).set('default:orders', record('b'));
    const found = await discovery.find(catalog);
    await discovery.find(orders);
    registry.asked.length = 0;
    await clock.advance(POLL_MS);
    expect(registry.asked).toEqual([{ consumer: 'own1', services: [NAME, 'default:orders'], revisions: ['r1', 'r2'] }]);
    expect(discovery.peek(catalog)).toBe(found);
    registry.set(NAME, record('a'), record('c'));
    await clock.advance(POLL_MS);
    expect(ids(discovery.peek(catalog))).toEqual(['a', 'c']);
    expect(discovery.peek(catalog)![0]).toBe(found[0]);
    await discovery.close();
  });

  it('carry everything a record says', async () => {
    const { discovery, registry } = discovering();
    const dataCenterInfo = { name: 'dc', region: 'north', availableZone: 'a' };
    const endpoints = ['rest://[::1]:80?sslEnabled=true&urlPrefix=%2Fx', 'quic-odd://h.example:1', 'grpc://10.0.0.1:9'];
    registry.set(NAME, record('a', { endpoints, status: 'TESTING', properties: { zone: 'z' }, dataCenterInfo }));
    expect(await discovery.find(catalog)).toEqual([
      {
        ...catalog,
        ...{ id: 'a', version: '1.0.0', hostName: 'host-a', status: 'TESTING', metadata: { zone: 'z' } },
        endpoints: [
          { listener: 'rest', host: '::1', port: 80, ssl: true },
          { listener: 'quic-odd', host: 'h.example', port: 1, ssl: false },
          { listener: 'grpc', host: '10.0.0.1', port: 9, ssl: false },
        ],
        dataCenter: dataCenterInfo,
      },
    ]);
    await discovery.close();
  });

  it('leave out what cannot be called, and say so once a minute', async () => {
    const { discovery, registry, log, clock } = discovering();
    const bad = ['nonsense', 'rest://h:99999', 'rest://h:80/path'];
    registry.set(
      NAME,
      record('good', { endpoints: [...bad, 'rest://h:1', 'rest://h:2'] }),
      record('bad', { endpoints: bad }),
      record('silent', { endpoints: [] }),
      record('down', { status: 'DOWN' }),
      record('odd', { status: 'DANCING' }),
    );
    const found = await discovery.find(catalog);
    expect(found.map(({ id, endpoints }) => [id, endpoints.map(({ port }) => port)])).toEqual([['good', [2]]]);
    expect(log.lines).toHaveLength(1);
    expect(log.lines[0]).toMatch(/^warn registry: an endpoint is left out: .*got "rest:\/\/h:80\/path"$/);
    registry.set(NAME, record('bad', { endpoints: bad }));
    await clock.advance(POLL_MS);
    expect(log.lines).toHaveLength(1);
    await discovery.close();
  });

  it('are not called in a state that nobody knows, which is said', async () => {
    const { discovery, registry, log } = discovering();
    registry.set(
      NAME,
      record('odd', { status: 'DANCING' }),
      record('down', { status: 'DOWN' }),
      record('none', { status: '' }),
    );
    expect((await discovery.find(catalog)).map(({ id }) => id)).toEqual(['none']);
    expect(log.lines).toEqual(['warn registry: an instance is in a state that nobody knows, and is not called']);
    await discovery.close();
  });

  it('of a name that the registry does not take are none, which is said, and nobody is asked', async () => {
    const { discovery, registry, log, clock } = discovering();
    expect(await discovery.find({ ...catalog, service: 'no name' })).toEqual([]);
    for (let poll = 0; poll < 10; poll += 1) await clock.advance(POLL_MS);
    expect(registry.asked).toEqual([]);
    expect(log.lines).toEqual(['warn registry: nobody is looked for by a name that service-center does not take']);
    await discovery.close();
  });

  it('have the version of the service where an instance has none', async () => {
    const { discovery, registry } = discovering();
    registry.records.set('s7', { serviceId: 's7', appId: 'default', serviceName: 'catalog', version: '7.1.0' });
    registry.set(NAME, record('a', { serviceId: 's7', version: '' }), record('b', { serviceId: 's7', version: '' }));
    expect((await discovery.find(catalog)).map(({ version }) => version)).toEqual(['7.1.0', '7.1.0']);
    expect(registry.looked).toEqual(['s7']);
    await discovery.close();
  });

  it('of another application are asked for as our consumer, of another environment as nobody’s', async () => {
    const { discovery, registry } = discovering({}, 'testing');
    registry.set('testing/shop:catalog', record('a')).set('production/default:catalog', record('b'));
    const [shop, production] = await Promise.all([
      discovery.find({ environment: 'testing', app: 'shop', service: 'catalog' }),
      discovery.find({ ...catalog, environment: 'production' }),
    ]);
    expect([shop[0]?.app, production[0]?.environment]).toEqual(['shop', 'production']);
    expect(registry.asked.map(({ consumer, services }) => [consumer, services])).toEqual([
      [undefined, ['production/default:catalog']],
      ['own1', ['testing/shop:catalog']],
    ]);
    await discovery.close();
  });

  it('are asked for in portions', async () => {
    const { discovery, registry } = discovering();
    const names = Array.from({ length: 450 }, (_, index) => `s${index}`);
    for (const name of names) registry.set(`default:${name}`, record(name));
    const found = await Promise.all(names.map((service) => discovery.find({ ...catalog, service })));
    expect(found.map(([instance]) => instance?.id)).toEqual(names);
    expect(registry.asked.map(({ services }) => services.length)).toEqual([200, 200, 50]);
    await discovery.close();
  });

  it('of thousands of instances let others have their turn between', async () => {
    const { discovery, registry } = discovering();
    const queries = Array.from({ length: 100 }, (_, index) => ({ ...catalog, service: `s${index}` }));
    for (const { service } of queries) {
      registry.set(`default:${service}`, ...Array.from({ length: 20 }, (_, index) => record(`${service}.${index}`)));
    }
    const known = (): number => queries.filter((query) => discovery.peek(query)).length;
    const found = Promise.all(queries.map((query) => discovery.find(query)));
    const turns = new Set<number>();
    while (known() < queries.length) {
      await new Promise((resolve) => setImmediate(resolve));
      turns.add(known());
    }
    expect([...turns].filter((count) => count > 0 && count < queries.length)).not.toEqual([]);
    expect((await found).flat()).toHaveLength(2000);
    await discovery.close();
  });
});

describe('a service that is not there', () => {
  it('has no instances, is asked for no more often when it is called, and is there a second after it came', async () => {
    const { discovery, registry, clock } = discovering();
    for (let call = 0; call < 5; call += 1) expect(await discovery.find(catalog)).toEqual([]);
    expect(registry.asked).toHaveLength(1);
    registry.set(NAME, record('a'));
    await clock.advance(1000);
    expect(ids(await discovery.find(catalog))).toEqual(['a']);
    registry.asked.length = 0;
    await clock.advance(20_000);
    expect(registry.asked).toEqual([]);
    await discovery.close();
  });

  it('is asked for less and less often, together with others, and no more after the end', async () => {
    const { discovery, registry, clock } = discovering({ refreshInterval: 3_600_000 });
    await discovery.find(catalog);
    await clock.advance(60_000);
    await discovery.find(orders);
    registry.asked.length = 0;
    await clock.advance(1000);
    expect(registry.asked).toMatchObject([{ services: [NAME, 'default:orders'] }]);
    registry.asked.length = 0;
    await clock.advance(600_000);
    expect(registry.asked.length).toBeGreaterThan(60);
    expect(registry.asked.length).toBeLessThan(130);
    registry.asked.length = 0;
    await discovery.close();
    await clock.advance(60_000);
    expect(registry.asked).toEqual([]);
  });

  it('is not asked for when the registry has no such names', async () => {
    const { discovery, registry } = discovering();
    const odd = ['constructor:x', '__proto__', '..', 'a/b', ' ', '', '-a', 'a'.repeat(129)];
    for (const service of odd) expect(await discovery.find({ ...catalog, service })).toEqual([]);
    for (const place of [{ app: 'ä' }, { environment: 'moon' }]) {
      expect(await discovery.find({ ...catalog, ...place })).toEqual([]);
    }
    expect(registry.asked).toEqual([]);
    await discovery.close();
  });

  it('does not fail others: not by an answer of its own, not by spoiling the request', async () => {
    const { discovery, registry } = discovering();
    for (const name of ['a', 'b', 'c', 'd', 'e']) registry.set(`default:${name}`, record(name));
    registry.spoiling.add('default:c');
    registry.refused.set('default:d', { kind: 'failed', code: '500003', message: 'inner trouble' });
    const found = await Promise.allSettled(
      ['a', 'b', 'c', 'd', 'e'].map((service) => discovery.find({ ...catalog, service })),
    );
    expect(found.map((one) => (one.status === 'fulfilled' ? ids(one.value) : (one.reason as Error).message))).toEqual([
      ['a'],
      ['b'],
      expect.stringMatching(/the instances of c cannot be listed: .*400001/),
      expect.stringMatching(/the instances of d cannot be listed: .*default:d was refused: inner trouble \(500003\)/),
      ['e'],
    ]);
    await discovery.close();
  });
});

describe('our own service, unknown to the registry', () => {
  for (const refusesWhole of [false, true]) {
    it(`is made anew and the question asked again (${refusesWhole ? 'a refusal' : 'each answer'} says so)`, async () => {
      const { discovery, registry } = discovering();
      registry.set(NAME, record('a')).refusesWhole = refusesWhole;
      registry.consumers.clear();
      expect(ids(await discovery.find(catalog))).toEqual(['a']);
      expect(registry.asked.slice(0, 2).map(({ consumer }) => consumer)).toEqual(['own1', 'own2']);
      await discovery.close();
    });
  }

  it('is not suspected while any service is known, and looked at once a request otherwise', async () => {
    const { discovery, registry } = discovering();
    registry.set(NAME, record('a'));
    await Promise.all([discovery.find(catalog), discovery.find(orders)]);
    expect(registry.looked).toEqual([]);
    await discovery.find({ ...catalog, service: 'nobody' });
    expect(registry.looked).toEqual(['own1']);
    expect(registry.asked).toHaveLength(2);
    await discovery.close();
  });
});

describe('an outage', () => {
  it('leaves the last good lists, fails first looks, and is told of in one line', async () => {
    const { discovery, registry, clock, log } = discovering();
    registry.set(NAME, record('a')).set('default:orders', record('b'));
    const found = await discovery.find(catalog);
    await discovery.find(orders);
    registry.outage(true);
    await clock.advance(20 * POLL_MS);
    expect(discovery.peek(catalog)).toBe(found);
    expect(await discovery.find(catalog)).toBe(found);
    await expect(discovery.find({ ...catalog, service: 'x' })).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    await expect(discovery.suspect(found[0]!)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    registry.outage(false);
    registry.set(NAME, record('c'), record('d'));
    await clock.advance(POLL_MS);
    expect(ids(discovery.peek(catalog))).toEqual(['c', 'd']);
    expect(log.lines.filter((line) => line.includes('the last good list stays'))).toHaveLength(1);
    expect(log.lines.filter((line) => line.includes('listing works again'))).toHaveLength(1);
    await discovery.close();
  });

  it('with all data lost drops nobody who answers, until everybody had time to come back', async () => {
    const { discovery, registry, clock, alive } = discovering();
    registry.set(NAME, record('a'), record('b'), record('c'));
    registry.set('default:orders', record('o'));
    await Promise.all([discovery.find(catalog), discovery.find(orders)]);
    for (const { endpoints } of discovery.peek(catalog)!.slice(0, 2)) alive.add(endpoints[0]!.host);
    registry.lists.clear();
    registry.consumers.clear();
    await clock.advance(POLL_MS);
    expect(registry.asked.at(-1)?.consumer).toBe('own2');
    expect(ids(discovery.peek(catalog))).toEqual(['a', 'b']);
    expect(discovery.peek(orders)).toEqual([]);
    // one is back, the other will be
    registry.set(NAME, record('a'));
    await clock.advance(POLL_MS);
    expect(ids(discovery.peek(catalog))).toEqual(['a', 'b']);
    // by then it had its time
    await clock.advance(4 * POLL_MS);
    expect(ids(discovery.peek(catalog))).toEqual(['a']);
    await discovery.close();
  });
});

it('asks for everything in full, and trusts no short list, once our service was made anew', async () => {
  const { discovery, registry, session, clock, alive } = discovering();
  registry.set(NAME, record('a'), record('b'));
  for (const { endpoints } of await discovery.find(catalog)) alive.add(endpoints[0]!.host);
  registry.asked.length = 0;
  session.forget('own1');
  await session.serviceId();
  await clock.advance(0);
  expect(registry.asked).toEqual([{ consumer: 'own2', services: [NAME], revisions: [undefined] }]);
  registry.set(NAME, record('a'));
  await clock.advance(POLL_MS);
  expect(ids(discovery.peek(catalog))).toEqual(['a', 'b']);
  await discovery.close();
});

it('takes the loss of one service for a sign that others are told of by and by', async () => {
  const { discovery, registry, clock, alive } = discovering();
  registry.set(NAME, record('a'), record('b')).set('default:orders', record('o'));
  for (const { endpoints } of await discovery.find(catalog)) alive.add(endpoints[0]!.host);
  await discovery.find(orders);
  registry.lists.clear();
  // somebody else made the record of our service anew, and who offers this one is half back
  registry.set(NAME, record('a')).set('default:others');
  await clock.advance(POLL_MS);
  await clock.advance(POLL_MS);
  expect(ids(discovery.peek(catalog))).toEqual(['a', 'b']);
  await discovery.close();
});

describe('an instance that vanished from a good answer', () => {
  it('is dropped at once', async () => {
    const { discovery, registry, clock, probed } = discovering();
    registry.set(NAME, record('a'), record('b'));
    await discovery.find(catalog);
    registry.set(NAME, record('a'));
    await clock.advance(POLL_MS);
    expect(ids(discovery.peek(catalog))).toEqual(['a']);
    expect(probed).toEqual([]);
    await discovery.close();
  });

  it('is asked itself where nobody would be left, and stays while it answers', async () => {
    const { discovery, registry, clock, alive } = discovering();
    registry.set(NAME, record('a'));
    const [a] = await discovery.find(catalog);
    alive.add(a!.endpoints[0]!.host);
    registry.set(NAME);
    await clock.advance(POLL_MS);
    expect(ids(discovery.peek(catalog))).toEqual(['a']);
    alive.clear();
    await clock.advance(POLL_MS);
    expect(discovery.peek(catalog)).toEqual([]);
    await discovery.close();
  });

  it('is asked at each poll with healthCheck, and dropped when it does not answer', async () => {
    const { discovery, registry, clock, alive, probed } = discovering({ healthCheck: true });
    const changes: InstanceChange[] = [];
    registry.set(NAME, record('a'), record('b'), record('c'));
    const [, b, c] = await discovery.find(catalog);
    discovery.watch(catalog, (change) => changes.push(change));
    const [hostB, hostC] = [b!, c!].map(({ endpoints }) => endpoints[0]!.host);
    alive.add(hostC!);
    registry.set(NAME, record('a'));
    await clock.advance(POLL_MS);
    expect(ids(discovery.peek(catalog))).toEqual(['a', 'c']);
    await clock.advance(POLL_MS);
    expect(probed).toEqual([hostB, hostC, hostC]);
    alive.clear();
    await clock.advance(POLL_MS);
    expect(changes.map(({ removed }) => ids(removed))).toEqual([['b'], ['c']]);
    await discovery.close();
  });

  it('is not called alive for being kept', async () => {
    const { discovery, registry, alive } = discovering({ healthCheck: true });
    registry.set(NAME, record('a'), record('b'));
    const [a, b] = await discovery.find(catalog);
    registry.set(NAME, record('a'));
    expect(await discovery.suspect(b!)).toBe(false);
    expect(ids(discovery.peek(catalog))).toEqual(['a']);
    registry.set(NAME);
    alive.add(a!.endpoints[0]!.host);
    expect(await discovery.suspect(a!)).toBe(true);
    await discovery.close();
  });
});

it('asks once for all who suspect at the same time, and once more for those who came later', async () => {
  const { discovery, registry } = discovering();
  registry.set(NAME, record('a'), record('b'));
  const [a, b] = await discovery.find(catalog);
  registry.set(NAME, record('b'));
  registry.asked.length = 0;
  const answers = await Promise.all([a!, b!, a!, b!].map((instance) => discovery.suspect(instance)));
  expect(answers).toEqual([false, true, false, true]);
  expect(registry.asked).toHaveLength(2);
  await discovery.close();
});

it('asks nothing before it is needed, and nothing more once it is closed', async () => {
  const { discovery, registry, session, clock } = discovering({ watch: true });
  await clock.advance(POLL_MS);
  expect([registry.asked, registry.watches, clock.pending]).toEqual([[], [], 0]);
  registry.set(NAME, record('a'));
  const found = await discovery.find(catalog);
  await discovery.close();
  expect([session.isClosed, clock.pending, registry.present.isOpen]).toEqual([true, 0, false]);
  registry.asked.length = 0;
  await clock.advance(POLL_MS);
  expect(registry.asked).toEqual([]);
  expect(await discovery.find(catalog)).toBe(found);
});

it('does not wait for a registry that does not answer when it is closed', async () => {
  const { discovery, registry, clock } = discovering();
  registry.gate = new Promise(() => undefined);
  const found = discovery.find(catalog).catch((error: unknown) => error);
  await clock.advance(0);
  await discovery.close();
  expect(await found).toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
});
