import {
  authorityOf,
  ChassisError,
  createApplication,
  HeaderMap,
  Invocation,
  readSchema,
  silentLogger,
  VirtualClock,
  type Application,
  type Logger,
  type Newable,
  type Plugin,
} from '@ts-chassis/core';
import { memory, MemoryNetwork, memoryRegistry } from '@ts-chassis/testing';
import { governance } from '../plugin.js';

/** Who calls, and with what. */
export interface Asking {
  readonly caller?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly deadlineMs?: number;
}

/** A service called `catalog` that callers of any name can call. Time stands still. */
export class Limited {
  readonly clock = new VirtualClock();
  #app: Application | undefined;

  private constructor(
    private readonly contract: Newable<object>,
    private readonly network = new MemoryNetwork(),
  ) {}

  static async start(
    contract: Newable<object>,
    {
      values,
      plugins = [],
      providers = [],
      trust = 'peers',
      logger = silentLogger,
    }: {
      readonly values?: Readonly<Record<string, unknown>>;
      readonly plugins?: readonly Plugin[];
      readonly providers?: readonly Newable<object>[];
      readonly trust?: 'peers' | 'none';
      readonly logger?: Logger;
    } = {},
  ): Promise<Limited> {
    const limited = new Limited(contract);
    limited.#app = createApplication({
      ...{ name: 'catalog', logger, signals: false, clock: limited.clock },
      modules: [{ module: class Limits {}, schemas: [contract], providers: [...providers] }],
      plugins: [memory({ network: limited.network, registry: memoryRegistry() }), governance(), marker, ...plugins],
      configuration: {
        ...{ directory: false, environment: false, commandLine: false },
        values: {
          'servicecomb.registry.type': 'memory',
          'servicecomb.protocols.memory.listenAddress': 'test:0',
          'servicecomb.protocols.memory.trust': trust,
          'servicecomb.lifecycle.drainDelay': 0,
          ...values,
        },
      },
    });
    await limited.#app.start();
    return limited;
  }

  get app(): Application {
    return this.#app!;
  }

  async call(name: string, { caller = '', headers = {}, deadlineMs }: Asking = {}): Promise<unknown> {
    const operation = readSchema(this.contract).operations.find((known) => known.name === name)!;
    const [endpoint] = this.app.endpoints;
    const reply = await this.network.find(authorityOf(endpoint!))!(
      new Invocation({
        ...{ operation, service: 'catalog', args: [], headers: HeaderMap.of(headers) },
        source: { service: caller, protocol: 'memory', trusted: true },
        ...(deadlineMs !== undefined && { deadline: this.clock.elapsed() + deadlineMs }),
      }),
    );
    return reply.value;
  }

  /** How many of so many calls at once are let through; every other one must be refused for its rate. */
  async passing(times: number, name: string, asking?: Asking): Promise<number> {
    const outcomes = await Promise.allSettled(Array.from({ length: times }, () => this.call(name, asking)));
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected' && (outcome.reason as ChassisError).code !== 'RATE_LIMITED')
        throw outcome.reason;
    }
    return outcomes.filter(({ status }) => status === 'fulfilled').length;
  }

  /** The refusal of a call. */
  async refusal(name: string, asking?: Asking): Promise<ChassisError> {
    try {
      await this.call(name, asking);
    } catch (error) {
      if (ChassisError.is(error)) return error;
      throw error;
    }
    throw new Error(`${name} was let through`);
  }

  configure(values: Readonly<Record<string, unknown>>): void {
    for (const [key, value] of Object.entries(values)) this.app.config.set(key, value);
  }
}

/** Marks requests by a header, in the place of rules. */
const marker: Plugin = {
  name: 'marker of the tests',
  install: (host) =>
    host.handler({
      ...{ name: 'test-marker', side: 'provider', everywhere: true, before: 'rate-limiter' },
      make: () => ({
        handle: (invocation, next) => {
          invocation.mark = invocation.headers.get('mark');
          return next(invocation);
        },
      }),
    }),
};
