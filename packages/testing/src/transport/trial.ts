import {
  Application,
  defineSchema,
  silentLogger,
  type CallOptions,
  type Endpoint,
  type Instance,
  type Plugin,
  type Reply,
  type SchemaInfo,
  type Services,
} from '@ts-chassis/core';
import { memory } from '../memory.js';
import { MemoryRegistry } from '../registry/memory-registry.js';
import type { TransportSubject } from './transport-subject.js';
import { Seen, trialService } from './trial-service.js';

/** What a case needs otherwise. */
export interface TrialOptions {
  /** Of the provider's listener; default `peers`. */
  readonly trust?: 'peers' | 'none';
  /** Configuration of the provider. */
  readonly values?: Readonly<Record<string, unknown>>;
  readonly providerPlugins?: readonly Plugin[];
}

/** A provider and a consumer that speak a protocol. */
export class Trial {
  readonly registry = new MemoryRegistry();
  readonly seen = new Seen();
  readonly #subject: TransportSubject;
  #contract!: SchemaInfo;
  #services!: Services;
  provider!: Application;
  consumer!: Application;

  constructor(subject: TransportSubject) {
    this.#subject = subject;
  }

  async start({ trust = 'peers', values = {}, providerPlugins = [] }: TrialOptions = {}): Promise<this> {
    const { protocol, listenAddress = '127.0.0.1:0', abilities } = this.#subject;
    const { seen } = this;
    this.#contract = trialService(new Seen(), { streams: abilities });
    const serve: Plugin = {
      name: 'trial',
      install: (host) => host.schema(() => trialService(seen, { streams: abilities })),
    };
    this.provider = this.#application('provider', [serve, ...providerPlugins], {
      [`servicecomb.protocols.${protocol}.listenAddress`]: listenAddress,
      [`servicecomb.protocols.${protocol}.trust`]: trust,
      ...values,
    });
    await this.provider.start();
    const spy: Plugin = {
      name: 'trial',
      install: (host) => host.onStart('trial', (services) => void (this.#services = services)),
    };
    this.consumer = this.#application('consumer', [spy], {});
    await this.consumer.start();
    return this;
  }

  get endpoint(): Endpoint {
    return this.provider.endpoints.find(({ listener }) => listener === this.#subject.protocol)!;
  }

  /** Calls an operation at the provider, or where the options say. */
  call(name: string, args: readonly unknown[] = [], options: CallOptions = {}): Promise<Reply> {
    return this.#call(this.#contract, name, { args, options: { endpoint: this.endpoint, ...options } });
  }

  /** Calls an operation at an instance that the registry names for the service `elsewhere`. */
  callElsewhere(name: string, args: readonly unknown[] = []): Promise<Reply> {
    return this.#call(this.#contract, name, {
      args,
      options: { protocol: this.#subject.protocol },
      service: 'elsewhere',
    });
  }

  /** Calls an operation that the provider does not have. */
  callUnknown(): Promise<Reply> {
    const unknown = { http: { method: 'POST', path: '/unknown' }, rpc: {}, returns: String };
    const contract = defineSchema({ id: 'trial', path: '/trial', operations: { unknown } });
    return this.#call(contract, 'unknown', { args: [], options: { endpoint: this.endpoint } });
  }

  instanceAt(endpoint: Endpoint): Instance {
    return {
      ...{ id: 'a', service: 'elsewhere', app: 'default', environment: '', version: '0.0.1', hostName: 'a' },
      ...{ status: 'UP', metadata: {}, endpoints: [endpoint] },
    };
  }

  #call(
    contract: SchemaInfo,
    name: string,
    call: { readonly args: readonly unknown[]; readonly options: CallOptions; readonly service?: string },
  ): Promise<Reply> {
    const operation = contract.operations.find((candidate) => candidate.name === name)!;
    const { args, options, service = 'provider' } = call;
    return this.#services.consumer.call({ service, operation }, args, options);
  }

  async stop(): Promise<void> {
    this.seen.release();
    await this.consumer?.stop();
    await this.provider?.stop();
  }

  #application(name: string, plugins: readonly Plugin[], values: Readonly<Record<string, unknown>>): Application {
    const own = this.#subject.plugins();
    const needed = own.some((plugin) => plugin.name === 'memory') ? [] : [memory({ registry: this.registry })];
    return new Application({
      ...{ name, logger: silentLogger, signals: false },
      plugins: [...own, ...needed, ...plugins],
      configuration: {
        ...{ directory: false, environment: false, commandLine: false },
        values: {
          'servicecomb.registry.type': 'memory',
          'servicecomb.lifecycle.drainDelay': 0,
          ...this.#subject.values,
          ...values,
        },
      },
    });
  }
}
