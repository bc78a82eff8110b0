import { VirtualClock } from '@ts-chassis/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InstanceEntry, ServiceEntry, ServiceGroup } from './entries.js';
import { Leases } from './leases.js';

const group = new ServiceGroup('k');
const service = new ServiceEntry('t', group, { appId: 'a', serviceName: 's', version: '1' });
const entryOf = (instanceId: string, leaseMs: number): InstanceEntry =>
  new InstanceEntry(service, { instanceId, serviceId: '', endpoints: [], hostName: 'h' }, leaseMs);

describe('leases', () => {
  it('run out exactly when the last heartbeat is so long ago, whatever else happens', async () => {
    const step = fc.record({
      what: fc.constantFrom('renew', 'renew', 'end'),
      which: fc.nat(9),
      waitMs: fc.nat(3000),
    });
    const leases = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 10, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(leases, fc.array(step, { maxLength: 40 }), async (lengths, steps) => {
        const clock = new VirtualClock();
        const ended: [string, number][] = [];
        const held = new Leases(clock, (entry) => ended.push([entry.id, clock.elapsed()]));
        const entries = lengths.map((leaseMs, index) => entryOf(String(index), leaseMs));
        const model = new Map<string, number>();
        const expected: [string, number][] = [];
        const runOut = (until: number): void => {
          for (const [id, at] of model) {
            if (at > until) continue;
            expected.push([id, at]);
            model.delete(id);
          }
        };
        for (const { what, which, waitMs } of steps) {
          const entry = entries[which]!;
          if (what === 'renew') {
            held.renew(entry);
            model.set(entry.id, clock.elapsed() + entry.leaseMs);
          } else {
            held.end(entry);
            model.delete(entry.id);
          }
          await clock.advance(waitMs);
          runOut(clock.elapsed());
          expect(held.size).toBe(model.size);
        }
        const byIdAndTime = (all: [string, number][]) => all.map(([id, at]) => `${id}@${at}`).sort();
        expect(byIdAndTime(ended)).toEqual(byIdAndTime(expected));
        held.close();
        expect([held.size, clock.pending]).toEqual([0, 0]);
      }),
      { numRuns: 60 },
    );
  });

  it('take one timer for all, and none for heartbeats', () => {
    const clock = new VirtualClock();
    const held = new Leases(clock, () => undefined);
    const entries = Array.from({ length: 1000 }, (_, index) => entryOf(String(index), 1000 + index));
    for (const entry of entries) held.renew(entry);
    for (const entry of entries) held.renew(entry);
    expect([held.size, clock.pending]).toEqual([1000, 1]);
  });
});
