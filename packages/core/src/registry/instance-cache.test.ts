import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import type { Instance, InstanceStatus } from '../endpoint/instance.js';
import { Logger, silentLogger } from '../telemetry/logger.js';
import { InstanceCache } from './instance-cache.js';
import type { InstanceEvent } from './instance-list.js';
import type { InstanceChange, ServiceQuery } from './ports.js';

const query: ServiceQuery = { environment: '', app: 'default', service: 'catalog' };

function instance(id: string, change: Partial<Instance> = {}): Instance {
  return { ...query, id, version: '1.0.0', hostName: 'h', status: 'UP', endpoints: [], metadata: {}, ...change };
}

/** A registry whose answers are given by hand. */
class Answers {
  readonly asked: { resolve(list: readonly Instance[]): void; reject(error: Error): void }[] = [];
  readonly fetch = (): Promise<readonly Instance[]> =>
    new Promise((resolve, reject) => this.asked.push({ resolve, reject }));
}

function setup(): { answers: Answers; clock: VirtualClock; cache: InstanceCache; changes: InstanceChange[] } {
  const answers = new Answers();
  const clock = new VirtualClock();
  const cache = new InstanceCache({ clock, logger: silentLogger, fetch: answers.fetch });
  return { answers, clock, cache, changes: [] };
}

const ids = (list: readonly Instance[] | undefined): string[] | undefined => list?.map(({ id }) => id);
const failure = new Error('registry is down');

describe('InstanceCache', () => {
  it('shares one fetch between all who ask first, and answers from memory afterwards', async () => {
    const { answers, cache } = setup();
    const finds = [cache.find(query), cache.find({ ...query }), cache.find(query)];
    expect(cache.peek(query)).toBeUndefined();
    expect(answers.asked).toHaveLength(1);
    answers.asked[0]!.resolve([instance('b'), instance('a')]);
    for (const found of await Promise.all(finds)) expect(ids(found)).toEqual(['a', 'b']);
    await cache.find(query);
    expect(answers.asked).toHaveLength(1);
    expect(cache.peek({ ...query })).toBe(cache.peek(query));
  });

  it('tells services apart by environment, application and name', async () => {
    const { answers, cache } = setup();
    const others = [
      { ...query, environment: 'x' },
      { ...query, app: 'x' },
      { ...query, service: 'x' },
      { ...query, environment: 'd', app: 'efault' },
    ];
    const finds = [query, ...others].map((each) => cache.find(each));
    expect(answers.asked).toHaveLength(5);
    answers.asked.forEach(({ resolve }, index) => resolve([instance(`i${index}`)]));
    expect((await Promise.all(finds)).map(ids)).toEqual([['i0'], ['i1'], ['i2'], ['i3'], ['i4']]);
  });

  it('keeps only what may be called', async () => {
    const { answers, cache } = setup();
    const found = cache.find(query);
    const states: InstanceStatus[] = ['UP', 'DOWN', 'STARTING', 'TESTING', 'OUTOFSERVICE'];
    answers.asked[0]!.resolve(states.map((status) => instance(status, { status })));
    expect(ids(await found)).toEqual(['TESTING', 'UP']);
  });

  it('serves the last good list through an outage and takes up what came meanwhile', async () => {
    const { answers, cache, changes } = setup();
    cache.watch(query, (change) => changes.push(change));
    answers.asked[0]!.resolve([instance('a')]);
    await cache.find(query);
    const during = cache.refresh(query);
    answers.asked[1]!.reject(failure);
    expect(await during).toBe(false);
    expect(ids(cache.peek(query))).toEqual(['a']);
    const after = cache.refresh(query);
    answers.asked[2]!.resolve([instance('a'), instance('b')]);
    expect(await after).toBe(true);
    expect(changes.map(({ added, removed }) => [ids(added), ids(removed)])).toEqual([
      [['a'], []],
      [['b'], []],
    ]);
  });

  it('refuses the first find that fails, does not hammer the registry, and tries again a second later', async () => {
    const { answers, cache, clock } = setup();
    const first = cache.find(query);
    answers.asked[0]!.reject(failure);
    await expect(first).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE', cause: failure, retryAfterMs: 1000 });
    await expect(cache.find(query)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    expect(answers.asked).toHaveLength(1);
    expect(cache.peek(query)).toBeUndefined();
    await clock.advance(1000);
    const second = cache.find(query);
    answers.asked[1]!.resolve([]);
    expect(await second).toEqual([]);
    expect(cache.peek(query)).toEqual([]);
  });

  it('tells what was added, updated and removed, and keeps the objects of what stayed', async () => {
    const { answers, cache, changes } = setup();
    cache.watch(query, (change) => changes.push(change));
    answers.asked[0]!.resolve([instance('a'), instance('b'), instance('c')]);
    const [a] = await cache.find(query);
    const again = cache.refresh(query);
    answers.asked[1]!.resolve([instance('d'), instance('b', { metadata: { colour: 'red' } }), instance('a')]);
    await again;
    const [, change] = changes;
    expect([change?.added, change?.updated, change?.removed].map(ids)).toEqual([['d'], ['b'], ['c']]);
    expect(change?.service).toBe('catalog');
    expect(change?.instances).toBe(cache.peek(query));
    expect(cache.peek(query)?.[0]).toBe(a);
    const same = cache.refresh(query);
    answers.asked[2]!.resolve([instance('b', { metadata: { colour: 'red' } }), instance('a'), instance('d')]);
    await same;
    expect(changes).toHaveLength(2);
  });

  it('tells in order, though a listener changes the list or fails', async () => {
    const { answers, cache, changes } = setup();
    cache.watch(query, ({ added }) => {
      if (ids(added)?.includes('a')) cache.apply(query, { kind: 'put', instance: instance('b') });
      throw new Error('listener');
    });
    const stop = cache.watch(query, (change) => changes.push(change));
    answers.asked[0]!.resolve([instance('a')]);
    await cache.find(query);
    expect(changes.map(({ instances }) => ids(instances))).toEqual([['a'], ['a', 'b']]);
    stop();
    cache.apply(query, { kind: 'remove', id: 'b' });
    expect(changes).toHaveLength(2);
  });

  it('tells one who watches all of every service looked for', async () => {
    const { answers, cache, changes } = setup();
    const stop = cache.watchAll((change) => changes.push(change));
    const finds = [cache.find(query), cache.find({ ...query, service: 'orders' })];
    for (const { resolve } of answers.asked) resolve([instance('a')]);
    await Promise.all(finds);
    stop();
    cache.apply(query, { kind: 'remove', id: 'a' });
    expect(changes.map(({ service }) => service)).toEqual(['catalog', 'orders']);
  });

  it('asks again when a refresh is wanted while an older question is open', async () => {
    const { answers, cache } = setup();
    const first = cache.find(query);
    let done = false;
    const younger = cache.refresh(query).then(() => (done = true));
    answers.asked[0]!.resolve([]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toBe(false);
    answers.asked[1]!.resolve([instance('a')]);
    await Promise.all([first, younger]);
    expect(ids(cache.peek(query))).toEqual(['a']);
  });

  it('loses no refresh, however soon after an answer it is wanted', async () => {
    for (let steps = 0; steps < 8; steps++) {
      const { answers, cache } = setup();
      const first = cache.find(query);
      answers.asked[0]!.resolve([]);
      for (let step = 0; step < steps; step++) await undefined;
      const younger = cache.refresh(query);
      await new Promise((resolve) => setImmediate(resolve));
      expect(answers.asked).toHaveLength(2);
      answers.asked[1]!.resolve([instance('a')]);
      await Promise.all([first, younger]);
      expect(ids(cache.peek(query))).toEqual(['a']);
    }
  });

  it('tracks a service once, stops at close, and waits for what is under way', async () => {
    const tracked: string[] = [];
    const answers = new Answers();
    const cache = new InstanceCache({
      clock: new VirtualClock(),
      logger: silentLogger,
      fetch: answers.fetch,
      track: ({ service }) => {
        tracked.push(`+${service}`);
        return () => tracked.push(`-${service}`);
      },
    });
    const found = cache.find(query);
    const changes: InstanceChange[] = [];
    cache.watch(query, (change) => changes.push(change));
    const closed = cache.close();
    answers.asked[0]!.resolve([instance('a')]);
    await closed;
    await expect(found).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    expect(tracked).toEqual(['+catalog', '-catalog']);
    expect(changes).toEqual([]);
    expect(await cache.refresh(query)).toBe(false);
    expect(answers.asked).toHaveLength(1);
  });
});

describe('InstanceCache, whatever the order of lists, failures and events', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd');
  const status = fc.constantFrom<InstanceStatus>('UP', 'TESTING', 'DOWN');
  const anInstance = fc
    .tuple(id, status, fc.constantFrom('1', '2'))
    .map(([name, state, version]) => instance(name, { status: state, version }));
  const step = fc.oneof(
    fc.record({ kind: fc.constant('put' as const), instance: anInstance }),
    fc.record({ kind: fc.constant('remove' as const), id }),
    fc.constant({ kind: 'ask' as const }),
    fc.constant({ kind: 'answer' as const }),
    fc.constant({ kind: 'fail' as const }),
  );

  /** A true registry: what it holds changes, is told by events, and is read by fetches at a moment between question and answer. */
  class Registry {
    readonly held = new Map<string, Instance>();
    readonly answers = new Answers();
    readonly cache = new InstanceCache({
      clock: new VirtualClock(),
      logger: silentLogger,
      fetch: () => {
        this.read.push([...this.held.values()]);
        return this.answers.fetch();
      },
    });
    readonly read: Instance[][] = [];
    #answered = 0;

    change(event: InstanceEvent): void {
      if (event.kind === 'put') this.held.set(event.instance.id, event.instance);
      else this.held.delete(event.id);
      this.cache.apply(query, event);
    }

    async answer(good: boolean): Promise<boolean> {
      const open = this.answers.asked[this.#answered];
      if (!open) return false;
      if (good) open.resolve(this.read[this.#answered]!);
      else open.reject(failure);
      this.#answered += 1;
      await new Promise((resolve) => setImmediate(resolve));
      return true;
    }

    get callable(): Instance[] {
      const list = [...this.held.values()].filter((each) => each.status !== 'DOWN');
      return list.sort((a, b) => (a.id < b.id ? -1 : 1));
    }
  }

  it('shows exactly what the registry holds once a list has come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const registry = new Registry();
        const seen = new Map<string, Instance>();
        registry.cache.watch(query, ({ added, updated, removed }) => {
          for (const each of [...added, ...updated]) seen.set(each.id, each);
          for (const each of removed) seen.delete(each.id);
        });
        await registry.answer(true);
        for (const each of steps) {
          const before = registry.cache.peek(query);
          if (each.kind === 'ask') void registry.cache.refresh(query);
          else if (each.kind === 'answer') await registry.answer(true);
          else if (each.kind === 'fail') {
            await registry.answer(false);
            expect(registry.cache.peek(query)).toEqual(before);
          } else registry.change(each);
          // Between a question and its answer too, nothing is lost or invented.
          expect(registry.cache.peek(query)).toEqual(registry.callable);
        }
        while (await registry.answer(true));
        expect(registry.cache.peek(query)).toEqual(registry.callable);
        expect([...seen.values()].sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(registry.callable);
      }),
      { numRuns: 200 },
    );
  });
});

/** A log to look at. */
class Lines extends Logger {
  readonly lines: string[] = [];
  debug(): void {}
  info(message: string): void {
    this.lines.push(message);
  }
  warn(message: string): void {
    this.lines.push(message);
  }
  error(): void {}
  child(): Logger {
    return this;
  }
}

it('tells once of services whose lists fail together, at the beginning and at the end, each time anew', async () => {
  const answers = new Answers();
  const log = new Lines();
  const cache = new InstanceCache({ clock: new VirtualClock(), logger: log, fetch: answers.fetch });
  const queries = ['a', 'b', 'c'].map((service) => ({ ...query, service }));
  const round = async (isGood: boolean): Promise<void> => {
    const done = queries.map((each) => cache.refresh(each));
    for (const { resolve, reject } of answers.asked.splice(0)) {
      if (isGood) resolve([]);
      else reject(failure);
    }
    await Promise.all(done);
  };
  for (const isGood of [true, false, false, true, false, true]) await round(isGood);
  const lines = ['registry: listing failed, the last good list stays in use', 'registry: listing works again'];
  expect(log.lines).toEqual([...lines, ...lines]);
});
