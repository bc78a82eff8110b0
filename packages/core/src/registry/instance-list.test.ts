import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Instance, InstanceStatus } from '../endpoint/instance.js';
import { callableList, changeBetween, changeBy, type InstanceEvent } from './instance-list.js';
import { sameInstance } from './same-instance.js';

function instance(id: string, change: Partial<Instance> = {}): Instance {
  const identity = { environment: '', app: 'default', service: 'catalog', version: '1.0.0' };
  const endpoints = [{ listener: 'rest', host: 'h', port: 1, ssl: false }];
  return { ...identity, id, hostName: 'h', status: 'UP', endpoints, metadata: { colour: 'red' }, ...change };
}

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'é', 'Z', '10', '9');
const put = fc
  .record({
    id,
    status: fc.constantFrom<InstanceStatus>('UP', 'TESTING', 'DOWN'),
    metadata: fc.dictionary(fc.constantFrom('colour', 'zone'), fc.constantFrom('1', '2')),
  })
  .map((change) => ({ kind: 'put' as const, instance: instance(change.id, change) }));
const event: fc.Arbitrary<InstanceEvent> = fc.oneof(put, fc.record({ kind: fc.constant('remove' as const), id }));

it('makes of an event what a whole list with it would make', () => {
  fc.assert(
    fc.property(fc.array(put, { maxLength: 12 }), event, (puts, happened) => {
      const before = callableList(puts.map((each) => each.instance));
      const all = new Map(before.map((each) => [each.id, each]));
      if (happened.kind === 'put') all.set(happened.instance.id, happened.instance);
      else all.delete(happened.id);
      const expected = changeBetween('catalog', before, callableList(all.values(), before));
      const change = changeBy(happened, 'catalog', before);
      expect(change).toEqual(expected);
      expect(Object.isFrozen(change?.instances ?? before)).toBe(true);
      // those that stayed are the same objects
      for (const each of change?.instances ?? [])
        if (!change?.added.includes(each) && !change?.updated.includes(each)) expect(before).toContain(each);
    }),
    { numRuns: 500 },
  );
});

it('tells instances apart by every field, and takes copies for the same', () => {
  const one = instance('a', { dataCenter: { name: 'east', region: 'r', availableZone: 'z' } });
  expect(sameInstance(one, structuredClone(one))).toBe(true);
  const others: Partial<Instance>[] = [
    { id: 'b' },
    { version: '2.0.0' },
    { hostName: 'i' },
    { status: 'TESTING' },
    { environment: 'testing' },
    { endpoints: [] },
    { endpoints: [{ listener: 'rest', host: 'h', port: 2, ssl: false }] },
    { endpoints: [...one.endpoints, ...one.endpoints] },
    { metadata: {} },
    { metadata: { colour: 'blue' } },
    { metadata: { shape: 'red' } },
    { metadata: { colour: 'red', shape: 'round' } },
    { dataCenter: { name: 'west', region: 'r', availableZone: 'z' } },
  ];
  for (const change of others) {
    expect(sameInstance(one, { ...one, ...change }), JSON.stringify(change)).toBe(false);
    expect(sameInstance({ ...one, ...change }, one), JSON.stringify(change)).toBe(false);
  }
  const { dataCenter: _, ...without } = one;
  expect([sameInstance(one, without), sameInstance(without, one)]).toEqual([false, false]);
});
