import { remote, Returns, Arg, Schema } from '@ts-chassis/core';
import { memory, MemoryNetwork, memoryRegistry } from '@ts-chassis/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { balancingIn, type Balancing, Catalog, counts, marking } from './balancing.fixture.js';
import { LoadBalance } from './load-balance.js';
import { LoadBalancingStrategy } from './load-balancing-strategy.js';
import { InstanceFilterPort } from './instance-filter.js';
import type { BalancedInstance, BalancingStrategy } from './strategy.js';

const balancing = balancingIn({ memory, MemoryNetwork, memoryRegistry });
let made: Balancing;
afterEach(() => made?.stop());

const GOVERNANCE = 'servicecomb.governance.loadBalance';
/** Whether calls always go to one instance: a fixed header value is the key. */
const HASHED = { [`${GOVERNANCE}.hashOn`]: 'header:x-user' };
const ANN = { headers: { 'x-user': 'ann' } };

async function instancesFor(values: object, options: object = ANN): Promise<number> {
  made = await balancing({ values: { ...HASHED, ...values } }, 'a', 'b', 'c');
  return new Set((await made.calling(12, options)).to).size;
}

@LoadBalancingStrategy('first')
class First implements BalancingStrategy {
  pick(nodes: readonly BalancedInstance[]): BalancedInstance | undefined {
    return nodes[0];
  }
}

describe('strategies by name', () => {
  for (const [key, name] of [
    ['cse.loadbalance.strategy.name', 'ConsistentHash'],
    ['servicecomb.loadbalance.strategy.name', 'consistent-hash'],
    ['cse.loadbalance.catalog.strategy.name', 'org.apache.servicecomb.loadbalance.ConsistentHashRule'],
    ['servicecomb.loadbalance.catalog.strategy.name', 'CONSISTENTHASH'],
    [`${GOVERNANCE}.services.catalog.schemas.catalog.operations.find.strategy`, 'RingHash'],
  ] as const) {
    it(`are read from ${key}: ${name}`, async () => {
      expect(await instancesFor({ [key]: name })).toBe(1);
    });
  }

  it('of another service are none of ours', async () => {
    expect(await instancesFor({ 'cse.loadbalance.other.strategy.name': 'ConsistentHash' })).toBe(3);
  });

  it('hold key by key: what is said of a service leaves the rest to what is said of all', async () => {
    const values = {
      'cse.loadbalance.strategy.name': 'ConsistentHash',
      'cse.loadbalance.catalog.SessionStickinessRule.successiveFailedTimes': 2,
    };
    expect(await instancesFor(values)).toBe(1);
  });

  it('change while it runs, and keep the turns of what did not change', async () => {
    expect(await instancesFor({})).toBe(3);
    made.set('cse.loadbalance.strategy.name', 'ConsistentHash');
    expect(new Set((await made.calling(6, ANN)).to).size).toBe(1);
  });

  it('refuse the start when nobody brought them, naming the nearest', async () => {
    for (const key of ['cse.loadbalance.strategy.name', 'cse.loadbalance.nobody.strategy.name'])
      await expect(balancing({ values: { [key]: 'RondRobin' } })).rejects.toThrow(
        /strategy: expected one of RoundRobin, .*\(did you mean RoundRobin\?\), got "RondRobin"/,
      );
    await expect(balancing({ values: { 'cse.loadbalance.serverListFilters': 'zonaware' } })).rejects.toThrow(
      /filters: expected one of zoneaware.*did you mean zoneaware/,
    );
  });

  it('are refused while it runs, for services that nobody calls too: what was in force stays', async () => {
    expect(await instancesFor({ 'cse.loadbalance.strategy.name': 'ConsistentHash' })).toBe(1);
    for (const key of ['cse.loadbalance.strategy.name', 'cse.loadbalance.nobody.strategy.name'])
      expect(() => made.set(key, 'Rund')).toThrow('got "Rund"');
    expect(() => made.set('servicecomb.loadbalance.gold', 'rule: Rund')).toThrow('got "Rund"');
    expect((await made.calling(6, ANN)).failed).toBe(0);
  });

  it('of a class are made by the container', async () => {
    made = await balancing({ strategies: [First], values: { 'cse.loadbalance.strategy.name': 'first' } }, 'a', 'b');
    expect(counts((await made.calling(4)).to)).toEqual({ a: 4 });
  });

  it('are written on contracts, the method over the class', async () => {
    @Schema({ id: 'catalog' })
    @LoadBalance('first')
    class Contract extends Catalog {
      @LoadBalance({ strategy: 'ConsistentHash', hashOn: 'argument:isbn' })
      @Returns(String)
      override find(@Arg('isbn') _isbn: string): Promise<string> {
        return remote();
      }
    }
    made = await balancing({ contract: Contract, strategies: [First] }, 'a', 'b', 'c', 'd', 'e');
    const of = async (isbn: string): Promise<number> => {
      const before = made.calls.length;
      for (let call = 0; call < 5; call += 1) await made.call({}, [isbn]);
      return new Set(made.calls.slice(before)).size;
    };
    for (let isbn = 0; isbn < 20; isbn += 1) expect(await of(`isbn-${isbn}`)).toBe(1);
    expect(new Set(made.calls).size).toBe(5);
    const client = made.client();
    const before = made.calls.length;
    for (let call = 0; call < 3; call += 1) await client.other();
    expect(counts(made.calls.slice(before))).toEqual({ a: 3 });
  });

  it('by mark', async () => {
    made = await balancing(
      {
        plugins: [marking],
        strategies: [First],
        values: { 'servicecomb.loadbalance.vip': 'match: gold\nrule: first' },
      },
      ...['a', 'b', 'c'],
    );
    expect(counts((await made.calling(6, { headers: { 'x-mark': 'gold' } })).to)).toEqual({ a: 6 });
    expect(new Set((await made.calling(6, { headers: { 'x-mark': 'other' } })).to).size).toBe(3);
  });
});

describe('filters', () => {
  const zone = (region: string, availableZone: string) => ({ dataCenter: { name: region, region, availableZone } });
  const values = { 'cse.loadbalance.serverListFilters': 'zoneaware', 'region.name': 'eu', 'region.availableZone': 'a' };

  it('zoneaware: our zone, else our region, else all', async () => {
    made = await balancing({ values });
    await made.add('far', zone('us', 'a'));
    expect(counts((await made.calling(4)).to)).toEqual({ far: 4 });
    await made.add('near', zone('eu', 'b'));
    expect(counts((await made.calling(4)).to)).toEqual({ near: 4 });
    await made.add('here', zone('eu', 'a'));
    await made.add('here2', zone('eu', 'a'));
    expect(counts((await made.calling(4)).to)).toEqual({ here: 2, here2: 2 });
    await made.remove('here');
    await made.remove('here2');
    expect(counts((await made.calling(4)).to)).toEqual({ near: 4 });
  });

  it('zoneaware: leave the zone when nobody in it can be reached', async () => {
    made = await balancing({ values });
    await made.add('far', zone('us', 'a'));
    await made.add('here', zone('eu', 'a'));
    made.kill('here');
    const { to, failed } = await made.calling(5);
    expect([failed, counts(to)]).toEqual([1, { far: 4 }]);
  });

  it('metadata, none, and one of ours', async () => {
    made = await balancing({
      values: { [`${GOVERNANCE}.filters`]: ['metadata', 'odd'], [`${GOVERNANCE}.metadata.disk`]: 'ssd' },
      plugins: [
        {
          name: 'odd',
          install: (host) =>
            host.extend(InstanceFilterPort, 'odd', () => ({
              filter: (instances) => instances.filter(({ id }) => id !== 'even'),
            })),
        },
      ],
    });
    await made.add('slow', { metadata: { disk: 'hdd' } });
    await made.add('even', { metadata: { disk: 'ssd' } });
    await made.add('fine', { metadata: { disk: 'ssd' } });
    expect(counts((await made.calling(4)).to)).toEqual({ fine: 4 });
    made.set(`${GOVERNANCE}.services.catalog.filters`, 'none');
    expect(new Set((await made.calling(6)).to).size).toBe(3);
  });
});
