import type { Discovery, Endpoint, Instance, InstanceChange, ServiceQuery } from '@ts-chassis/core';
import { deepStrictEqual, rejects, strictEqual } from './claims.js';
import type { RegistryAbility, RegistrySubject, TestRunner } from './registry-subject.js';

/**
 * What {@link registryConformance} takes.
 *
 * @example
 * ```ts
 * const options: ConformanceOptions = { abilities: ['instances', 'identity', 'addresses'], runner: { describe, it } };
 * ```
 */
export interface ConformanceOptions {
  readonly abilities: readonly RegistryAbility[];
  /** Whether the subjects have `crash`, `outage` and `contractStore`. */
  readonly parts?: readonly ('crash' | 'outage' | 'contracts')[];
  readonly runner: TestRunner;
  /** How many instances register at the same time in the case of many. Default 20. */
  readonly many?: number;
  /**
   * Which names there may be. `any`, the default: ids and environments of any characters. `plain`: those that service-center takes, ids of
   * letters, digits and `_.-`, environments `production`, `testing`, `acceptance` and `development`.
   */
  readonly names?: 'any' | 'plain';
}

/** What the cases call things, where a registry may be particular. */
const NAMES = {
  any: { instance: '../odd id/ä', schema: '../odd/ä', environments: ['prod', '_', 'default'] },
  plain: { instance: 'Odd_-.1', schema: 'Odd_-.1', environments: ['production', 'testing', 'acceptance'] },
} as const satisfies Readonly<Record<string, Names>>;

interface Names {
  readonly instance: string;
  readonly schema: string;
  readonly environments: readonly [string, string, string];
}

const query: ServiceQuery = { environment: '', app: 'default', service: 'catalog' };

/** An instance of the service `catalog`, whose host is a name. */
function instanceOf(id: string, change: Partial<Instance> = {}): Instance {
  const endpoints: Endpoint[] = [{ listener: 'rest', host: `${id}.example.org`, port: 8080, ssl: false }];
  return {
    ...query,
    id,
    version: '1.0.0',
    hostName: `${id}.example.org`,
    status: 'UP',
    endpoints,
    metadata: {},
    ...change,
  };
}

const hosts = (list: readonly Instance[]): string[] =>
  list.flatMap(({ endpoints }) => endpoints.map(({ host }) => host)).sort();
const hostOf = (id: string): string => `${id}.example.org`;

/** Resolves once a consumer's list is as wanted, by the changes it is told of. */
function seen(
  discovery: Discovery,
  wanted: (list: readonly Instance[]) => boolean,
  of = query,
): Promise<readonly Instance[]> {
  return new Promise((resolve) => {
    const look = (list: readonly Instance[] | undefined): void => {
      if (!list || !wanted(list)) return;
      stop();
      resolve(list);
    };
    const stop = discovery.watch(of, ({ instances }) => look(instances));
    look(discovery.peek(of));
  });
}

const shows = (discovery: Discovery, ...ids: string[]): Promise<readonly Instance[]> =>
  seen(discovery, (list) => JSON.stringify(hosts(list)) === JSON.stringify(ids.map(hostOf).sort()));

type Case = (subject: RegistrySubject) => Promise<void>;

/** What every registry must do. */
const always: Readonly<Record<string, Case>> = {
  'finds what is announced, from any client': async (subject) => {
    await subject.announce(instanceOf('a'));
    for (const discovery of [subject.discovery(), subject.discovery()]) {
      strictEqual(discovery.peek(query), undefined);
      const [found, again] = await Promise.all([discovery.find(query), discovery.find({ ...query })]);
      deepStrictEqual(hosts(found), [hostOf('a')]);
      strictEqual(again, found);
      strictEqual(discovery.peek(query), found);
      strictEqual(await discovery.suspect(found[0]!), true);
      await discovery.close();
    }
  },
  'tells services apart, and all listeners of an instance': async (subject) => {
    const endpoints: Endpoint[] = [
      { listener: 'rest', host: 'b.example.org', port: 8080, ssl: true },
      { listener: 'rest-admin', host: 'b.example.org', port: 8081, ssl: false },
      { listener: 'grpc', host: 'b.example.org', port: 9090, ssl: false },
    ];
    await subject.announce(instanceOf('a'));
    await subject.announce(instanceOf('b', { service: 'orders', endpoints }));
    const discovery = subject.discovery();
    deepStrictEqual(hosts(await discovery.find(query)), [hostOf('a')]);
    const [orders] = await discovery.find({ ...query, service: 'orders' });
    deepStrictEqual(orders?.endpoints, endpoints);
    await discovery.close();
  },
};

const instances: Readonly<Record<string, Case>> = {
  'finds nobody of a service that nobody announced, not even by odd names': async (subject) => {
    const discovery = subject.discovery();
    for (const service of ['nobody', 'constructor', '__proto__', '..', 'a/b', ' ']) {
      deepStrictEqual(await discovery.find({ ...query, service }), []);
    }
    await discovery.close();
  },
  'tells who comes and who goes, in order': async (subject) => {
    const discovery = subject.discovery();
    const told: InstanceChange[] = [];
    discovery.watch(query, (change) => told.push(change));
    const all: string[] = [];
    discovery.watchAll(({ service }) => all.push(service));
    deepStrictEqual(await discovery.find(query), []);
    const first = await subject.announce(instanceOf('a'));
    await shows(discovery, 'a');
    const second = await subject.announce(instanceOf('b'));
    await shows(discovery, 'a', 'b');
    await first.deregister();
    await shows(discovery, 'b');
    await second.deregister();
    await shows(discovery);
    deepStrictEqual(
      told.map(({ added, removed }) => [hosts(added), hosts(removed)]),
      [
        [[hostOf('a')], []],
        [[hostOf('b')], []],
        [[], [hostOf('a')]],
        [[], [hostOf('b')]],
      ],
    );
    for (const { service, updated } of told) deepStrictEqual([service, updated], ['catalog', []]);
    strictEqual(told.at(-1)?.instances, discovery.peek(query));
    strictEqual(all.length, told.length);
    await discovery.close();
  },
  'tells a change of metadata as an update of the same instance': async (subject) => {
    const registration = await subject.announce(instanceOf('a'));
    await subject.announce(instanceOf('b'));
    const discovery = subject.discovery();
    const [before] = await discovery.find(query);
    const told: InstanceChange[] = [];
    discovery.watch(query, (change) => told.push(change));
    await registration.update({ metadata: { colour: 'red' } });
    const after = await seen(discovery, (list) => list.some(({ metadata }) => metadata['colour'] === 'red'));
    strictEqual(after.length, 2);
    deepStrictEqual(
      told.map(({ added, updated, removed }) => [added.length, updated.length, removed.length]),
      [[0, 1, 0]],
    );
    strictEqual(told[0]?.updated[0]?.id, before?.id);
    await discovery.close();
  },
  'says of one that has gone that it is not alive': async (subject) => {
    const registration = await subject.announce(instanceOf('a'));
    const discovery = subject.discovery();
    const [gone] = await discovery.find(query);
    await registration.deregister();
    strictEqual(await discovery.suspect(gone!), false);
    deepStrictEqual(discovery.peek(query), []);
    await discovery.close();
  },
};

function manyAtOnce(many: number): Readonly<Record<string, Case>> {
  return {
    [`loses none of ${many} that announce themselves at the same time`]: async (subject) => {
      const discovery = subject.discovery();
      await discovery.find(query);
      const ids = Array.from({ length: many }, (_, index) => `i${index}`);
      const registrations = await Promise.all(ids.map((id) => subject.announce(instanceOf(id))));
      await shows(discovery, ...ids);
      await Promise.all(registrations.slice(1).map((registration) => registration.deregister()));
      await shows(discovery, 'i0');
      await discovery.close();
    },
  };
}

const identity = (names: Names): Readonly<Record<string, Case>> => ({
  'keeps everything an instance says of itself': async (subject) => {
    const said = instanceOf(names.instance, {
      version: '2.1.0',
      metadata: { zone: 'a', 'dotted.key': 'ä "quoted"\n' },
      dataCenter: { name: 'one', region: 'north', availableZone: 'a' },
    });
    await subject.announce(said);
    const discovery = subject.discovery();
    deepStrictEqual(await discovery.find(query), [said]);
    await discovery.close();
  },
  'keeps environments and applications apart': async (subject) => {
    const [first, second, third] = names.environments;
    const places = [
      { environment: first },
      { app: 'shop' },
      { environment: second },
      { environment: third, app: 'catalog' },
    ];
    await subject.announce(instanceOf('here'));
    for (const [index, place] of places.entries()) await subject.announce(instanceOf(`i${index}`, place));
    const discovery = subject.discovery();
    deepStrictEqual(hosts(await discovery.find(query)), [hostOf('here')]);
    for (const [index, place] of places.entries()) {
      deepStrictEqual(hosts(await discovery.find({ ...query, ...place })), [hostOf(`i${index}`)]);
    }
    await discovery.close();
  },
  'shows only what may be called': async (subject) => {
    await subject.announce(instanceOf('testing', { status: 'TESTING' }));
    await subject.announce(instanceOf('starting', { status: 'STARTING' }));
    const up = await subject.announce(instanceOf('up'));
    const discovery = subject.discovery();
    deepStrictEqual(hosts(await discovery.find(query)), [hostOf('testing'), hostOf('up')]);
    await up.update({ status: 'OUTOFSERVICE' });
    await shows(discovery, 'testing');
    await up.update({ status: 'UP' });
    await shows(discovery, 'testing', 'up');
    await discovery.close();
  },
});

const addresses: Readonly<Record<string, Case>> = {
  'knows IPv6': async (subject) => {
    const endpoints: Endpoint[] = [{ listener: 'rest', host: '2001:db8::1', port: 8080, ssl: true }];
    await subject.announce(instanceOf('six', { endpoints, hostName: '2001:db8::1' }));
    const discovery = subject.discovery();
    deepStrictEqual((await discovery.find(query))[0]?.endpoints, endpoints);
    await discovery.close();
  },
};

const crash: Readonly<Record<string, Case>> = {
  'drops an instance whose process died, and takes its successor': async (subject) => {
    const [dead] = [instanceOf('dead')];
    await subject.announce(dead!);
    await subject.announce(instanceOf('alive'));
    const discovery = subject.discovery();
    await discovery.find(query);
    await subject.crash?.(dead!);
    await shows(discovery, 'alive');
    await subject.announce(instanceOf('successor'));
    await shows(discovery, 'alive', 'successor');
    await discovery.close();
  },
};

const outage: Readonly<Record<string, Case>> = {
  'serves the last good list while the registry is out of reach': async (subject) => {
    await subject.announce(instanceOf('a'));
    const discovery = subject.discovery();
    const found = await discovery.find(query);
    await subject.outage?.(true);
    await rejects(discovery.suspect(found[0]!), { code: 'REGISTRY_UNAVAILABLE' });
    strictEqual(await discovery.find(query), found);
    const stranger = subject.discovery();
    await rejects(stranger.find(query), { code: 'REGISTRY_UNAVAILABLE' });
    strictEqual(stranger.peek(query), undefined);
    await rejects(subject.announce(instanceOf('b')), { code: 'REGISTRY_UNAVAILABLE' });
    await subject.outage?.(false);
    await subject.announce(instanceOf('c'));
    await shows(discovery, 'a', 'c');
    await Promise.all([discovery.close(), stranger.close()]);
  },
};

const contracts = (names: Names): Readonly<Record<string, Case>> => ({
  'keeps contracts by service and schema': async (subject) => {
    const store = subject.contractStore!();
    deepStrictEqual(await store.list(query), []);
    strictEqual(await store.get(query, 'catalog'), undefined);
    const service = { ...query, version: '1.0.0' };
    await Promise.all(['catalog', names.schema].map((id) => store.put(service, id, JSON.stringify({ id }))));
    await store.put(service, 'catalog', '{"newer":true}');
    const other = subject.contractStore!();
    deepStrictEqual([...(await other.list(query))].sort(), ['catalog', names.schema].sort());
    strictEqual(await other.get(query, 'catalog'), '{"newer":true}');
    strictEqual(await other.get({ ...query, app: 'shop' }, 'catalog'), undefined);
    const discovery = subject.discovery();
    deepStrictEqual(await discovery.find(query), []);
    await Promise.all([discovery.close(), store.close(), other.close()]);
  },
});

/**
 * The cases that every registry must pass, whatever it keeps its instances in: one that announces them, or only knows them.
 *
 * @param name - of the registry, for the report
 * @param make - makes an empty registry for one case
 * @param options - what the registry can do, and who runs the cases
 *
 * @example
 * ```ts
 * import { describe, it } from 'vitest';
 * registryConformance('house', () => houseSubject(), { abilities: ['instances', 'identity', 'addresses'], runner: { describe, it } });
 * ```
 */
export function registryConformance(
  name: string,
  make: () => RegistrySubject | Promise<RegistrySubject>,
  { abilities, parts = [], runner, many = 20, names = 'any' }: ConformanceOptions,
): void {
  const cases: Record<string, Case> = { ...always };
  const called: Names = NAMES[names];
  const able = { instances: { ...instances, ...manyAtOnce(many) }, identity: identity(called), addresses };
  for (const ability of abilities) Object.assign(cases, able[ability]);
  for (const part of parts) Object.assign(cases, { crash, outage, contracts: contracts(called) }[part]);
  runner.describe(`registry ${name}`, () => {
    for (const [title, run] of Object.entries(cases)) {
      runner.it(`${title}, and leaves nothing behind`, async () => {
        const subject = await make();
        let left: readonly string[] = [];
        try {
          await run(subject);
        } finally {
          left = await subject.close();
        }
        deepStrictEqual(left, []);
      });
    }
  });
}
