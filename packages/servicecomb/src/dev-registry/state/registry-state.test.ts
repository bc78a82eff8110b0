import { seededRandom, VirtualClock } from '@ts-chassis/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InstanceEntry } from './entries.js';
import { Finder } from './find.js';
import { QUOTA } from './quota.js';
import { RegistryState } from './registry-state.js';
import { deleteSchema, putSchema, replaceSchemas } from './schemas.js';
import { restore, snapshotOf } from './snapshot.js';
import { setTags } from './tags.js';

function newState(events: string[] = []): { state: RegistryState; finder: Finder; clock: VirtualClock } {
  const clock = new VirtualClock();
  const state = new RegistryState({
    ...{ clock, random: seededRandom(7) },
    onEvent: (action, entry) => events.push(`${action} ${entry.id}`),
    onChange: () => undefined,
  });
  return { state, clock, finder: new Finder(state, 'seed') };
}

const question = { tenant: 't/p', consumerId: '', environment: '', appId: 'a', version: '0+', tags: [] };
const nameOf = (index: number): { serviceName: string; version: string } => ({
  serviceName: `s${index % 3}`,
  version: `${index}.0.0`,
});
const instance = {
  ...{ serviceId: '', endpoints: [], hostName: 'h', status: 'UP' },
  healthCheck: { mode: 'push', interval: 30, times: 3 },
};

/** All services are there first. */
const begin: readonly Step[] = Array.from({ length: 6 }, (_, service) => ({ what: 'service', service, instance: 0 }));
const more = fc.array(
  fc.record({
    what: fc.constantFrom(
      'service',
      'drop',
      'create',
      'create',
      'beat',
      'change',
      'delete',
      'wait',
      'schema',
      'unschema',
      'tag',
    ),
    service: fc.nat(5),
    instance: fc.nat(4),
  }),
  { maxLength: 60 },
);
const steps = more.map((taken) => [...begin, ...taken]);
type Step = { readonly what: string; readonly service: number; readonly instance: number };

async function take(state: RegistryState, clock: VirtualClock, step: Step): Promise<void> {
  if (step.what === 'wait') return clock.advance(40_000);
  const named = { appId: 'a', level: 'BACK', status: 'UP', ...nameOf(step.service) };
  const service = state.index.named('t/p', named);
  if (step.what === 'service') return void state.createService('t/p', named);
  if (!service) return;
  if (step.what === 'drop') return state.deleteService(service, true);
  const schemaId = `schema${step.instance}`;
  if (step.what === 'schema')
    return putSchema(state, service, { schemaId, summary: 'abc', schema: 'x'.repeat(step.instance + 1) });
  if (step.what === 'unschema')
    return service.schemas.has(schemaId) ? deleteSchema(state, service, schemaId) : undefined;
  if (step.what === 'tag') return setTags(state, service, { ...service.tags, [`t${step.instance}`]: 'v' });
  const instanceId = `i${step.instance}`;
  if (step.what === 'create') return void state.createInstance(service, { ...instance, instanceId });
  const entry = service.instances.get(instanceId);
  if (!entry) return;
  if (step.what === 'beat') state.leases.renew(entry);
  else if (step.what === 'change')
    state.changeInstance(entry, { properties: { change: String(state.instanceCount) + clock.elapsed() } });
  else state.deleteInstance(entry);
}

/** What is found of each service, and its revision. */
function look(finder: Finder): ReadonlyMap<string, { readonly revision: string; readonly set: string }> {
  const seen = new Map<string, { revision: string; set: string }>();
  for (const serviceName of ['s0', 's1', 's2']) {
    try {
      const { revision, instances } = finder.find({ ...question, serviceName });
      const set = instances.map((entry: InstanceEntry) => `${entry.revision} ${entry.text}`).sort();
      seen.set(serviceName, { revision, set: set.join() });
    } catch {
      // not there
    }
  }
  return seen;
}

describe('the state of a development registry', () => {
  it('has a new revision for a service exactly when what is found of it changed', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const { state, clock, finder } = newState();
        const seen = new Map<string, string>();
        let before = look(finder);
        for (const step of all) {
          await take(state, clock, step);
          const now = look(finder);
          for (const [name, { revision, set }] of now) {
            const last = before.get(name);
            // tags decide what is found too
            if (last && step.what !== 'tag') expect(last.revision === revision, step.what).toBe(last.set === set);
            // the same revision never stands for two sets, however far apart
            const key = `${name} ${revision}`;
            expect(seen.get(key) ?? set).toBe(set);
            seen.set(key, set);
          }
          before = now;
        }
        state.leases.close();
      }),
      { numRuns: 100 },
    );
  });

  it('tells every coming and going once, and counts what lives', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const events: string[] = [];
        const { state, clock } = newState(events);
        for (const step of all) await take(state, clock, step);
        const alive = [...state.index.all()].flatMap(({ instances }) => [...instances.values()]);
        const count = (action: string): number => events.filter((event) => event.startsWith(action)).length;
        expect(count('CREATE') - count('DELETE')).toBe(alive.length);
        expect(state.instanceCount).toBe(alive.length);
        expect(state.leases.size).toBe(alive.length);
        for (const { expiresAt } of alive) expect(expiresAt).toBeGreaterThan(clock.elapsed());
        // what is deleted leaves nothing behind that counts
        for (const service of [...state.index.all()]) state.deleteService(service, true);
        expect([state.instanceCount, state.leases.size, state.index.size, state.characters]).toEqual([0, 0, 0, 0]);
        expect(clock.pending).toBeLessThanOrEqual(1);
        state.leases.close();
      }),
      { numRuns: 100 },
    );
  });

  it('is the same after it was written and read', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const { state, clock } = newState();
        for (const step of all) await take(state, clock, step);
        const [first, second] = [...state.index.all()];
        if (first && second) state.depend(first, second);
        const text = snapshotOf(state);
        const other = newState();
        restore(other.state, text);
        expect(snapshotOf(other.state)).toBe(text);
        expect(other.state.characters).toBe(state.characters);
        state.leases.close();
        other.state.leases.close();
      }),
      { numRuns: 50 },
    );
  });

  it('takes in no more than its quota, and is as before when it refuses', () => {
    const { state } = newState();
    const service = state.createService('t/p', { appId: 'a', ...nameOf(0) });
    const entry = state.createInstance(service, instance);
    state.grow(QUOTA.characters - state.characters - 10);
    const before = snapshotOf(state);
    const { characters } = state;
    const refused = [
      () => state.createInstance(service, instance),
      () => state.createService('t/p', { appId: 'a', ...nameOf(1) }),
      () => state.changeInstance(entry, { properties: { a: 'x'.repeat(20) } }),
      () => state.changeService(service, { properties: { a: 'x'.repeat(20) } }),
      () => setTags(state, service, { a: 'x'.repeat(20) }),
      () => putSchema(state, service, { schemaId: 's', schema: 'x' }),
      () => replaceSchemas(state, service, [{ schemaId: 's', schema: 'x' }]),
    ];
    for (const change of refused) expect(change).toThrow(/no quota/);
    expect([snapshotOf(state), state.characters]).toEqual([before, characters]);
    state.leases.close();
  });
});
