import { seededRandom } from '@ts-chassis/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callAmong, nodesOf, settings } from '../picking.fixture.js';
import type { PickOutcome } from '../strategy.js';
import { ConsistentHashStrategy } from './consistent-hash.js';
import { HashRing } from './hash-ring.js';

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `10.0.0.${index}:80`);
const yes = (): boolean => true;

describe('HashRing', () => {
  it('moves only the keys of a member that leaves', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 40 }),
        fc.nat(),
        fc.array(fc.string(), { minLength: 20 }),
        (count, gone, keys) => {
          const all = names(count);
          const left = all.filter((_, index) => index !== gone % count);
          const [before, after] = [new HashRing(all), new HashRing(left)];
          for (const key of keys) {
            const was = all[before.find(key, yes)]!;
            if (was !== all[gone % count]) expect(left[after.find(key, yes)]).toBe(was);
          }
        },
      ),
    );
  });

  it('is balanced: nobody has much more than its share', () => {
    const all = names(50);
    const ring = new HashRing(all);
    const picks = all.map(() => 0);
    for (let key = 0; key < 50_000; key += 1) picks[ring.find(`user-${key}`, yes)]! += 1;
    expect(Math.max(...picks)).toBeLessThan(1000 * 1.25);
  });

  it('goes on to the next one that is accepted, and finds nobody when nobody is', () => {
    const ring = new HashRing(names(5));
    const first = ring.find('key', yes);
    const second = ring.find('key', (member) => member !== first);
    expect(second).not.toBe(first);
    expect(ring.find('key', () => false)).toBe(-1);
    expect(new HashRing([]).find('key', yes)).toBe(-1);
  });
});

describe('ConsistentHash', () => {
  it('sends a key to one instance, whoever else is ejected', () => {
    const nodes = nodesOf(10);
    const strategy = new ConsistentHashStrategy(seededRandom(1));
    const keyed = (key: string, out?: unknown) =>
      callAmong(nodes, { hashKey: () => key, isUsable: (node) => node !== out });
    for (const key of ['ann', 'bob', 'eve']) {
      const home = strategy.pick(nodes, keyed(key))!;
      const other = nodes.find((node) => node !== home);
      expect(strategy.pick(nodes, keyed(key, other))).toBe(home);
      expect(strategy.pick(nodes, keyed(key, home))).not.toBe(home);
    }
  });

  it('never lets an instance have more than its bounded share of the calls under way', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.record({ key: fc.integer({ min: 0, max: 5 }), ends: fc.boolean() }), { maxLength: 150 }),
        (count, steps) => {
          const nodes = nodesOf(count);
          const strategy = new ConsistentHashStrategy(seededRandom(1));
          const running: (typeof nodes)[0][] = [];
          for (const { key, ends } of steps) {
            const call = callAmong(nodes, { hashKey: () => `${key}` });
            const node = strategy.pick(nodes, call) as (typeof nodes)[0];
            node.inFlight += 1;
            running.push(node);
            expect(node.inFlight).toBeLessThanOrEqual(Math.ceil((settings.hashBalance * running.length) / count));
            if (!ends) continue;
            const done = running.shift()!;
            done.inFlight -= 1;
            strategy.done(done, { key: call.key } as PickOutcome);
          }
        },
      ),
    );
  });

  it('spreads calls without a key', () => {
    const nodes = nodesOf(4);
    const strategy = new ConsistentHashStrategy(seededRandom(1));
    const picked = new Set(Array.from({ length: 50 }, () => strategy.pick(nodes, callAmong(nodes))));
    expect(picked.size).toBe(4);
  });
});
