import {
  Application,
  Arg,
  clientOf,
  readSchema,
  remote,
  replyOf,
  Returns,
  Schema,
  seededRandom,
  silentLogger,
  VirtualClock,
  type CallOptions,
  type Client,
  type Instance,
  type Invocation,
  type Logger,
  type Newable,
  type Plugin,
  type Registrar,
  type Registration,
  type Reply,
  type Services,
} from '@ts-chassis/core';
import { GovernanceEvents } from '../events/governance-events.js';
import { governance } from '../plugin.js';
import { RouteFallback } from '../route/route-fallback.js';
import type { BalancingStrategy } from './strategy.js';

@Schema({ id: 'catalog' })
export class Catalog {
  @Returns(String)
  find(@Arg('isbn') isbn: string): Promise<string> {
    return remote();
  }

  @Returns(String)
  other(): Promise<string> {
    return remote();
  }

  @Returns(Number, { stream: true })
  count(): AsyncIterable<number> {
    return remote();
  }
}

/** Stands for marker and router: `x-mark` becomes the mark, `x-tags` and `x-fallback` (JSON) become tags and what is tried without them. */
export const marking: Plugin = {
  name: 'marking',
  install: (host) =>
    host.handler({
      ...{ name: 'test-marking', side: 'consumer', before: 'retry', everywhere: true },
      make: () => ({
        handle(invocation, next) {
          const { headers } = invocation;
          invocation.mark = headers.get('x-mark');
          const tags = headers.get('x-tags');
          if (tags !== undefined) invocation.tags = JSON.parse(tags) as Record<string, string>;
          const fallback = headers.get('x-fallback');
          if (fallback !== undefined) invocation.set(RouteFallback, JSON.parse(fallback) as 'any'[]);
          return next(invocation);
        },
      }),
    }),
};

/** What one instance answers. */
export type Answer = (invocation: Invocation) => unknown;

interface BalancingOptions {
  readonly values?: Readonly<Record<string, unknown>>;
  readonly plugins?: readonly Plugin[];
  readonly strategies?: readonly Newable<BalancingStrategy>[];
  readonly contract?: Newable<Catalog>;
  readonly logger?: Logger;
}

/** The wires between applications of a test, as `MemoryNetwork` is. */
interface Wires {
  put(address: string, server: (invocation: Invocation) => Promise<Reply>): void;
  remove(address: string): void;
}

/** Who runs where, as `MemoryRegistry` is. */
interface Register {
  registrar(): Registrar;
}

/** The in-memory world of the testing package, which stands on this one and is therefore handed in by the tests. */
interface World<W extends Wires, R extends Register> {
  readonly MemoryNetwork: new () => W;
  memoryRegistry(): R;
  memory(options: { readonly network: W; readonly registry: R }): Plugin;
}

/** Starts applications in such a world. */
export function balancingIn<W extends Wires, R extends Register>(
  world: World<W, R>,
): (options?: BalancingOptions, ...ids: readonly string[]) => Promise<Balancing> {
  return (options = {}, ...ids) => {
    const network = new world.MemoryNetwork();
    const registry = world.memoryRegistry();
    return Balancing.start(options, { network, registry, plugin: world.memory({ network, registry }) }, ids);
  };
}

/** An application that calls the service `catalog`, of which the test plays the instances, in virtual time. */
export class Balancing {
  readonly clock = new VirtualClock();
  /** Ids of instances in the order they were called. */
  readonly calls: string[] = [];
  /** The invocations as the wire saw them. */
  readonly sent: Invocation[] = [];
  /** Events: name and instance. */
  readonly events: string[] = [];
  readonly application: Application;
  readonly #contract: Newable<Catalog>;
  readonly #registrations = new Map<string, Registration>();
  #services!: Services;

  private constructor(
    { values, plugins = [], strategies = [], contract = Catalog, logger = silentLogger }: BalancingOptions,
    private readonly world: { readonly network: Wires; readonly registry: Register; readonly plugin: Plugin },
  ) {
    this.#contract = contract;
    const spy: Plugin = {
      name: 'test',
      install: (host) => host.onStart('services', (services) => void (this.#services = services)),
    };
    const { clock } = this;
    this.application = new Application({
      ...{ logger, signals: false, clock, random: seededRandom(7) },
      plugins: [world.plugin, governance({ strategies }), spy, ...plugins],
      configuration: {
        ...{ directory: false, environment: false, commandLine: false },
        values: { 'servicecomb.registry.type': 'memory', 'servicecomb.lifecycle.drainDelay': 0, ...values },
      },
    });
  }

  static async start(
    options: BalancingOptions,
    world: { readonly network: Wires; readonly registry: Register; readonly plugin: Plugin },
    ids: readonly string[],
  ): Promise<Balancing> {
    const made = new Balancing(options, world);
    for (const id of ids) await made.add(id);
    await made.application.start();
    made.listen();
    return made;
  }

  private listen(): void {
    const events = this.application.get(GovernanceEvents);
    for (const name of ['ejected', 'returned'] as const)
      events.on(name, ({ instance }) => void this.events.push(`${name} ${instance}`));
  }

  /** Starts an instance and registers it. */
  async add(id: string, more: Partial<Instance> = {}): Promise<void> {
    this.answer(id, () => id);
    const instance: Instance = {
      ...{ id, service: 'catalog', app: 'default', environment: '', version: '1.0.0', hostName: id, status: 'UP' },
      ...{ metadata: {}, endpoints: [{ listener: 'memory', host: id, port: 1, ssl: false }] },
      ...more,
    };
    this.#registrations.set(id, await this.world.registry.registrar().register(instance));
  }

  async remove(id: string): Promise<void> {
    await this.#registrations.get(id)?.deregister();
  }

  /** Says what an instance answers from now on. */
  answer(id: string, answer: Answer): void {
    this.world.network.put(`${id}:1`, async (invocation): Promise<Reply> => {
      this.calls.push(id);
      this.sent.push(invocation);
      const value = await answer(invocation);
      return typeof value === 'object' && value !== null && 'headers' in value ? (value as Reply) : replyOf(value);
    });
  }

  /** The process is gone, and the registry does not know. */
  kill(id: string): void {
    this.world.network.remove(`${id}:1`);
  }

  client(options: CallOptions = {}): Client<Catalog> {
    return clientOf(this.#services.consumer, {
      schema: readSchema(this.#contract),
      ...{ service: 'catalog', options },
    }) as Client<Catalog>;
  }

  /** One call at the level of replies. */
  call(options: CallOptions = {}, args: readonly unknown[] = ['1']): Promise<Reply> {
    const operation = readSchema(this.#contract).operations.find(({ name }) => name === 'find')!;
    return this.#services.consumer.call({ service: 'catalog', operation }, args, options);
  }

  /** Calls so many times in turn. @returns who was called, and how many calls failed */
  async calling(times: number, options: CallOptions = {}): Promise<{ to: readonly string[]; failed: number }> {
    const before = this.calls.length;
    let failed = 0;
    for (let time = 0; time < times; time += 1) await this.call(options).catch(() => (failed += 1));
    return { to: this.calls.slice(before), failed };
  }

  set(key: string, value: unknown): void {
    this.#services.config.set(key, value);
  }

  async stop(): Promise<void> {
    await this.application.stop();
  }
}

/** How often each stands in a list. */
export function counts(list: readonly string[]): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const each of list) found[each] = (found[each] ?? 0) + 1;
  return found;
}
