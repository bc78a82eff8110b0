import type { Instance, ServiceQuery } from '@ts-chassis/core';
import { describe, expect, it } from 'vitest';
import { discovering, record, type Discovering } from './fake-registry.fixture.js';

const catalog: ServiceQuery = { environment: '', app: 'default', service: 'catalog' };
const NAME = 'default:catalog';
/** What the watch tells is taken in as soon as all that came with it was heard. */
const heard = (): Promise<void> => Promise.resolve();
const ids = (list: readonly Instance[] | undefined): string[] | undefined => list?.map(({ id }) => id);

async function watching(): Promise<Discovering> {
  const made = discovering({ watch: true, refreshInterval: 3_600_000 });
  made.registry.set(NAME, record('a'));
  await made.discovery.find(catalog);
  await made.clock.advance(0);
  made.registry.present.listener.opened?.();
  await made.clock.advance(0);
  made.registry.asked.length = 0;
  return made;
}

describe('events', () => {
  it('change the list without another question', async () => {
    const { discovery, registry } = await watching();
    registry.tell('CREATE', NAME, record('b', { properties: { colour: 'red' } }));
    registry.tell('UPDATE', NAME, record('a', { properties: { colour: 'blue' } }));
    await heard();
    expect(discovery.peek(catalog)!.map(({ id, metadata }) => [id, metadata['colour']])).toEqual([
      ['a', 'blue'],
      ['b', 'red'],
    ]);
    registry.tell('UPDATE', NAME, record('a', { status: 'DOWN' }));
    await heard();
    expect(ids(discovery.peek(catalog))).toEqual(['b']);
    registry.tell('UPDATE', NAME, record('a', { version: '' }));
    await heard();
    expect(discovery.peek(catalog)!.map(({ version }) => version)).toEqual(['3.0.0', '1.0.0']);
    registry.tell('EXPIRE', NAME, record('a'));
    registry.tell('DELETE', NAME, record('b'));
    await heard();
    expect(discovery.peek(catalog)).toEqual([]);
    registry.tell('CREATE', NAME, record('c', { endpoints: [] }));
    registry.tell('CREATE', 'default:others', record('d'));
    await heard();
    expect(discovery.peek(catalog)).toEqual([]);
    expect(registry.asked).toEqual([]);
    await discovery.close();
  });

  it('that say nothing are passed over, with one line', async () => {
    const { discovery, registry, log } = await watching();
    registry.tell('INIT', NAME, record('x'));
    registry.tell('DANCE', NAME, record('x'));
    registry.tell('CREATE', NAME);
    for (const text of ['{', '[]', 'null', '"x"', '{"action":1}', '{"action":"CREATE","key":null,"instance":7}']) {
      registry.present.listener.message?.(text);
    }
    registry.tell('CREATE', NAME, { ...record('e'), endpoints: 'rest://h:1', properties: { n: 1, s: 'x' } });
    await heard();
    expect(ids(discovery.peek(catalog))).toEqual(['a']);
    expect(log.lines).toEqual(['warn registry: the watch tells INIT, which changes nothing here']);
    registry.tell('CREATE', NAME, record('b'));
    await heard();
    expect(ids(discovery.peek(catalog))).toEqual(['a', 'b']);
    await discovery.close();
  });

  it('that come together are one change of each service, whatever their number', async () => {
    const { discovery, registry } = await watching();
    const other = { ...catalog, service: 'other' };
    registry.set('default:other');
    await discovery.find(other);
    const told: string[] = [];
    discovery.watchAll(({ service, added, removed }) => told.push(`${service} +${added.length} -${removed.length}`));
    for (let at = 0; at < 5000; at += 1) {
      registry.tell('CREATE', NAME, record(`b${at}`));
      registry.tell('UPDATE', 'default:other', record(`o${at % 7}`, { properties: { at: `${at}` } }));
    }
    registry.tell('DELETE', NAME, record('b7'));
    registry.tell('DELETE', NAME, record('a'));
    await heard();
    expect(told).toEqual(['catalog +4999 -1', 'other +7 -0']);
    expect(discovery.peek(other)!.map(({ metadata }) => Number(metadata['at']) >= 4993)).not.toContain(false);
    await discovery.close();
  });

  it('reach services that are found after the watch was opened', async () => {
    const { discovery, registry } = await watching();
    const late = { ...catalog, service: 'late' };
    registry.set('default:late', record('l'));
    await discovery.find(late);
    registry.tell('DELETE', 'default:late', record('l'));
    await heard();
    expect(discovery.peek(late)).toEqual([]);
    expect(registry.watches).toHaveLength(1);
    await discovery.close();
  });
});

it('among 5,000 instances of 200 services is work for one service', async () => {
  const { discovery, registry, clock } = discovering({ watch: true });
  const services = Array.from({ length: 200 }, (_, index) => ({ ...catalog, service: `s${index}` }));
  for (const { service } of services) {
    const records = Array.from({ length: 25 }, (_, index) => record(`${service}.${index}`));
    registry.set(`default:${service}`, ...records);
  }
  const lists = await Promise.all(services.map((query) => discovery.find(query)));
  await clock.advance(0);
  const told: string[] = [];
  discovery.watchAll(({ service, updated }) => told.push(`${service} ${ids(updated)!.join()}`));
  registry.asked.length = 0;
  registry.tell('UPDATE', 'default:s7', record('s7.3', { properties: { colour: 'red' } }));
  await heard();
  expect(told).toEqual(['s7 s7.3']);
  const after = services.map((query) => discovery.peek(query)!);
  expect(after.flatMap((list, index) => (list === lists[index] ? [] : [index]))).toEqual([7]);
  expect(after[7]!.filter((instance) => !lists[7]!.includes(instance)).map(({ id }) => id)).toEqual(['s7.3']);
  expect(registry.asked).toEqual([]);
  await discovery.close();
});

describe('a watch that breaks', () => {
  const broken = { code: 1006, reason: '' };

  it('is opened again for ever, ever more slowly, and the lists are asked for after each', async () => {
    const { discovery, registry, clock, log } = await watching();
    const began: number[] = [clock.elapsed()];
    for (let time = 0; time < 12; time += 1) {
      const count = registry.watches.length;
      registry.present.listener.closed(broken);
      while (registry.watches.length === count) await clock.advance(100);
      began.push(clock.elapsed());
    }
    const pauses = began.slice(1).map((at, index) => at - began[index]!);
    pauses.forEach((pause, index) => {
      const boundMs = Math.min(1000 * 2 ** index, 30_000);
      expect(pause).toBeGreaterThanOrEqual(boundMs / 2);
      expect(pause).toBeLessThanOrEqual(boundMs + 100);
    });
    expect(log.lines).toEqual([
      'warn registry: changes cannot be watched, lists are polled: the connection ended (1006)',
    ]);
    registry.set(NAME, record('z'));
    registry.present.listener.opened?.();
    await clock.advance(0);
    expect(ids(discovery.peek(catalog))).toEqual(['z']);
    expect(log.lines.at(-1)).toBe('info registry: changes are watched again');
    // it held: the next pause is a first one
    await clock.advance(10_000);
    registry.present.listener.closed(broken);
    const count = registry.watches.length;
    await clock.advance(1000);
    expect(registry.watches).toHaveLength(count + 1);
    await discovery.close();
  });

  it('is opened again when it falls silent', async () => {
    const { discovery, registry, clock } = await watching();
    for (let minute = 0; minute < 10; minute += 1) {
      registry.present.listener.ping?.();
      await clock.advance(60_000);
    }
    expect(registry.watches).toHaveLength(1);
    const [silent] = registry.watches;
    await clock.advance(50_000);
    expect(silent!.isOpen).toBe(false);
    expect(registry.watches).toHaveLength(2);
    // what it says now is not heard
    silent!.listener.message?.(JSON.stringify({ action: 'DELETE' }));
    silent!.listener.closed(broken);
    await clock.advance(50_000);
    expect(registry.watches).toHaveLength(2);
    await discovery.close();
  });

  it('because our service is gone, has it made anew', async () => {
    const { discovery, registry, clock } = await watching();
    registry.consumers.clear();
    registry.present.listener.message?.('service does not exist');
    registry.present.listener.closed({ code: 1000, reason: '' });
    await clock.advance(1000);
    expect(registry.watches.map(({ serviceId }) => serviceId)).toEqual(['own1', 'own2']);
    await discovery.close();
  });

  it('follows our service when somebody else had it made anew', async () => {
    const { discovery, registry, clock, session } = await watching();
    session.forget('own1');
    await session.serviceId();
    await clock.advance(1000);
    expect(registry.watches.map(({ serviceId, isOpen }) => [serviceId, isOpen])).toEqual([
      ['own1', false],
      ['own2', true],
    ]);
    await discovery.close();
  });

  it('waits for a registry that is out of reach', async () => {
    const made = discovering({ watch: true });
    made.registry.outage(true);
    await expect(made.discovery.find(catalog)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    await made.clock.advance(60_000);
    expect(made.registry.watches).toEqual([]);
    made.registry.outage(false);
    await made.clock.advance(30_000);
    expect(made.registry.watches).toHaveLength(1);
    await made.discovery.close();
  });
});
