import {
  Application,
  clientOf,
  readSchema,
  silentLogger,
  VirtualClock,
  type AnyClass,
  type ApplicationOptions,
  type Client,
  type Clock,
  type Identifier,
  type Instance,
  type Plugin,
  type RemoteOptions,
  type Services,
} from '@ts-chassis/core';
import { fakeServer } from './fake-server.js';
import { memory } from './memory.js';
import { MemoryNetwork } from './memory-network.js';
import { MemoryRegistry } from './registry/memory-registry.js';

/**
 * A service that a test plays itself: its name and how many instances it has.
 *
 * @example
 * ```ts
 * const options: FakeRemoteOptions = { service: 'catalog', instances: 2 };
 * ```
 */
export interface FakeRemoteOptions {
  /** Default the contract's schema id. */
  readonly service?: string;
  /** Default 1. */
  readonly instances?: number;
  /** Default `0.0.1`; a service in several versions is played once for each. */
  readonly version?: string;
  /** What the registry says of the instances; default nothing. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The methods that a fake answers; others fail as unimplemented. */
type Fake<T> = { [K in keyof T]?: T[K] extends (...args: infer A) => infer R ? (...args: A) => R : never };

/**
 * Puts a {@link TestApplication} together; awaiting it starts the application.
 *
 * @example
 * ```ts
 * const t = await TestApplication.create({ modules: [OrdersModule] }).virtualClock();
 * ```
 */
export class TestApplicationBuilder implements PromiseLike<TestApplication> {
  readonly #options: ApplicationOptions;
  readonly #network = new MemoryNetwork();
  readonly #instances: Instance[] = [];
  #clock: VirtualClock | undefined;

  constructor(options: ApplicationOptions) {
    this.#options = options;
  }

  /** Plays a service that the application calls. */
  fakeRemote<T>(contract: AnyClass<T>, options: FakeRemoteOptions, fake: Fake<T>): this {
    const schema = readSchema(contract);
    const service = options.service ?? schema.id;
    for (let count = 0; count < (options.instances ?? 1); count += 1) {
      const port = this.#network.freePort();
      const id = `${service}-${port}`;
      this.#network.put(`${id}:${port}`, fakeServer(schema, fake));
      this.#instances.push({
        ...{ id, service, app: 'default', environment: '', hostName: id, status: 'UP' },
        ...{ version: options.version ?? '0.0.1', metadata: options.metadata ?? {} },
        endpoints: [{ listener: 'memory', host: id, port, ssl: false }],
      });
    }
    return this;
  }

  /** Lets time stand still until `clock.advance`. */
  virtualClock(): this {
    this.#clock = new VirtualClock();
    return this;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- awaiting the builder is how it is used
  then<A = TestApplication, B = never>(
    onStarted?: ((application: TestApplication) => A | PromiseLike<A>) | null,
    onFailed?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#start().then(onStarted, onFailed);
  }

  async #start(): Promise<TestApplication> {
    let services: Services | undefined;
    const spy: Plugin = {
      name: 'test',
      install: (host) => host.onStart('services', (given) => void (services = given)),
    };
    const registry = new MemoryRegistry();
    for (const instance of this.#instances) await registry.registrar().register(instance);
    const { configuration, plugins = [], ...options } = this.#options;
    const application = new Application({
      logger: silentLogger,
      signals: false,
      ...options,
      ...(this.#clock && { clock: this.#clock }),
      plugins: [memory({ network: this.#network, registry }), spy, ...plugins],
      configuration: {
        ...{ directory: false, environment: false, commandLine: false },
        ...configuration,
        values: {
          'servicecomb.registry.type': 'memory',
          'servicecomb.protocols.memory.listenAddress': 'test:0',
          'servicecomb.protocols.memory.trust': 'peers',
          'servicecomb.lifecycle.drainDelay': 0,
          ...configuration?.values,
        },
      },
    });
    await application.start();
    return new TestApplication(application, { services: services as unknown as Services, clock: this.#clock });
  }
}

/**
 * An application under test: the real container, the real chain, the real governance; no ports, no registry, and time that is moved by hand.
 *
 * @example
 * ```ts
 * const t = await TestApplication.create({ modules: [OrdersModule] })
 *   .fakeRemote(Catalog, { service: 'catalog', instances: 2 }, { find: async () => { throw Unavailable('down'); } })
 *   .virtualClock();
 * await t.clock.advance(10_000);
 * await t.stop();
 * ```
 */
export class TestApplication {
  readonly #services: Services;
  readonly #clock: VirtualClock | undefined;

  /** Made by awaiting {@link TestApplication.create}. */
  constructor(
    readonly application: Application,
    { services, clock }: { services: Services; clock: VirtualClock | undefined },
  ) {
    this.#services = services;
    this.#clock = clock;
  }

  /** Begins to put one together. Configuration files, variables and arguments are left out unless given. */
  static create(options: ApplicationOptions): TestApplicationBuilder {
    return new TestApplicationBuilder(options);
  }

  /** The clock of `virtualClock()`. */
  get clock(): VirtualClock & Clock {
    if (!this.#clock) throw new Error('TestApplication: call virtualClock() before it is awaited');
    return this.#clock;
  }

  /** Something of the container. */
  get<T>(identifier: Identifier<T>): T {
    return this.application.get(identifier);
  }

  /** A typed client of the application's own operations, over the in-memory wire, or of another service with `service`. */
  client<T>(contract: AnyClass<T>, { service, ...options }: RemoteOptions = {}): Client<T> {
    const [own] = this.application.endpoints.filter((endpoint) => endpoint.listener === 'memory');
    const target = service === undefined && own ? { endpoint: own } : {};
    return clientOf(this.#services.consumer, {
      schema: readSchema(contract),
      service: service ?? this.#services.identity.service,
      options: { ...target, ...options },
    }) as Client<T>;
  }

  async stop(): Promise<void> {
    await this.application.stop();
  }
}
