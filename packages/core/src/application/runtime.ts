import { HandlerKey, type HandlerClass } from '../chain/decorators.js';
import { HandlerTable } from '../chain/handler-table.js';
import { ChainPlanner } from '../chain/planner.js';
import type { Clock } from '../clock/clock.js';
import type { Random } from '../clock/random.js';
import { Config } from '../config/config.js';
import { LogSection } from '../config/sections/log.js';
import { ValueKey, resolveValue } from '../config/value.js';
import { clientOf, planClient } from '../consumer/client-proxy.js';
import { ConsumerSection } from '../consumer/consumer-section.js';
import { Consumer } from '../consumer/consumer.js';
import { IN_PROCESS, InProcessTransport } from '../consumer/in-process.js';
import { ContractInvoker, Invoker } from '../consumer/invoker.js';
import { RemoteKey, type RemoteMark } from '../consumer/remote.js';
import { RoundRobin } from '../consumer/round-robin.js';
import { Suspects } from '../consumer/suspects.js';
import { Container } from '../container/container.js';
import type { Identifier } from '../container/token.js';
import type { ServiceIdentity } from '../endpoint/instance.js';
import { coreError } from '../errors/core-error.js';
import type { Readiness } from '../lifecycle/readiness.js';
import { read, type AnyClass } from '../metadata/annotate.js';
import { OperationTable, type ServedSchema } from '../provider/operation-table.js';
import { OwnInstance } from '../registry/own-instance.js';
import type { Discovery, ServiceQuery } from '../registry/ports.js';
import type { SchemaInfo } from '../schema/operation.js';
import { ImplementsKey } from '../schema/implements.js';
import { readSchema } from '../schema/read-schema.js';
import { SchemaKey } from '../schema/schema.js';
import type { Ciphers } from '../security/ciphers.js';
import { Logger } from '../telemetry/logger.js';
import { Meter, silentMeter } from '../telemetry/meter.js';
import { silentTracer, type Tracer } from '../telemetry/tracer.js';
import { ApplicationTls } from '../tls/application-tls.js';
import type { ClientTransport } from '../transport/client-transport.js';
import type { ServedOperation } from '../transport/server-transport.js';
import type { Declarations } from './declarations.js';
import { attachMethodChains } from './method-chains.js';
import type { ApplicationOptions } from './options.js';
import { ownIdentity } from './describe-self.js';
import { checkPolicies, refuseUnregistered, unheeded } from './check-policies.js';
import type { Make } from './plugin.js';
import type { Port } from './port.js';
import { readContract } from './read-contract.js';
import { Registries } from './registries.js';
import type { Services } from './services.js';

/** What a {@link Runtime} is made of: all that is known once the configuration is read. */
export interface RuntimeOptions {
  readonly application: ApplicationOptions;
  readonly declarations: Declarations;
  readonly config: Config;
  readonly ciphers: Ciphers;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: Random;
  readonly readiness: Readiness;
  /** Where configuration is read from; undefined where no files are. */
  readonly directory: string | undefined;
  /** The schemas whose contracts are stored; known once planned. */
  published(): readonly SchemaInfo[];
}

/** The parts of one application, wired: nothing here is shared with another. */
export class Runtime implements Services {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly config: Config;
  readonly ciphers: Ciphers;
  readonly tracer: Tracer;
  readonly meter: Meter;
  readonly identity: ServiceIdentity;
  readonly readiness: Readiness;
  readonly consumer: Consumer;
  readonly planner: ChainPlanner;
  readonly registries: Registries;
  readonly transports: ReadonlyMap<string, ClientTransport>;
  readonly container: Container;
  readonly tls: ApplicationTls;
  /** The operations served; made by `plan`. */
  table: OperationTable | undefined;
  readonly #options: RuntimeOptions;
  readonly #handlers = new HandlerTable();
  readonly #plans: (() => void)[] = [];
  readonly #extensions = new Map<Port<unknown>, ReadonlyMap<string, unknown>>();
  readonly #contracts = new Set<AnyClass>();
  #remotes = 0;

  constructor(options: RuntimeOptions) {
    const { application, declarations } = options;
    this.#options = options;
    ({
      clock: this.clock,
      random: this.random,
      logger: this.logger,
      config: this.config,
      ciphers: this.ciphers,
      readiness: this.readiness,
    } = options);
    this.identity = ownIdentity(this.config, application.name ?? 'application');
    this.tracer = (declarations.telemetry.all.get('tracer') as Make<Tracer> | undefined)?.(this) ?? silentTracer;
    this.meter = (declarations.telemetry.all.get('meter') as Make<Meter> | undefined)?.(this) ?? silentMeter;
    this.tls = new ApplicationTls(this);
    const schemas = (): readonly string[] => options.published().map(({ id }) => id);
    this.registries = new Registries(this, { declarations, directory: options.directory, schemas });
    this.planner = new ChainPlanner({
      handlers: this.#handlers,
      policies: declarations.policies,
      clock: this.clock,
      random: this.random,
      logger: this.logger,
      ambient: (side) => side !== 'consumer' && this.ambient,
      view: this.config,
    });
    this.transports = this.#makeTransports();
    this.consumer = new Consumer({
      planner: this.planner,
      clock: this.clock,
      service: this.identity.service,
      settings: this.config.liveSection(ConsumerSection),
      transports: this.transports,
      local: { find: (schemaId, operation) => this.table?.find(schemaId, operation) },
      isTimed: () => this.#handlers.find('consumer', 'timeout') !== undefined,
    });
    this.#addHandlers();
    this.container = this.#makeContainer();
  }

  /** Whether invocations are found by the code inside them; known once the container is built. */
  get ambient(): boolean {
    const { application, declarations } = this.#options;
    return (
      application.ambient ??
      (this.#remotes > 0 ||
        this.tracer !== silentTracer ||
        this.config.section(LogSection).correlation ||
        declarations.made.some(({ identifier, calls }) => calls && this.container.injects(identifier)) ||
        this.container.injects(Invoker))
    );
  }

  get discovery(): Discovery {
    return this.registries.discovery;
  }

  get<T>(identifier: Identifier<T>): T {
    return this.container.get(identifier);
  }

  extensions<T>(port: Port<T>): ReadonlyMap<string, T> {
    let made = this.#extensions.get(port);
    if (!made) {
      const makers = this.#options.declarations.extensions(port);
      this.#extensions.set(port, (made = new Map([...makers].map(([name, make]) => [name, make(this)]))));
    }
    return made as ReadonlyMap<string, T>;
  }

  /** The operations a listener offers, planned. */
  served(listener: string): readonly ServedOperation[] {
    return this.table?.of(listener) ?? [];
  }

  /** The schemas that modules list, read, each with the object that does its work. */
  readSchemas(): readonly ServedSchema[] {
    const { policies } = this.#options.declarations;
    return this.container.schemas.map((type) => {
      const schema = readSchema(type);
      checkPolicies(schema, policies);
      // whoever is called by this very class reads them
      if (!this.#contracts.has(type)) for (const line of unheeded(schema, policies)) this.logger.warn(line);
      return { schema, self: this.container.get(type) as object };
    });
  }

  /** Makes the table of operations and plans the chains around methods and of clients, so that what cannot work refuses the start. */
  plan(schemas: readonly ServedSchema[]): void {
    const { planner, identity, ambient, logger } = this;
    const errors = { mappings: this.#options.application.errors ?? [], logger };
    this.table = new OperationTable({ planner, service: identity.service, ambient, schemas, errors });
    for (const plan of this.#plans) plan();
  }

  #makeTransports(): ReadonlyMap<string, ClientTransport> {
    const transports = new Map<string, ClientTransport>();
    for (const [protocol, make] of this.#options.declarations.clientTransports.all)
      transports.set(protocol, make(this));
    const inProcess = new InProcessTransport({ find: (schemaId, operation) => this.table?.find(schemaId, operation) });
    return transports.set(IN_PROCESS, inProcess);
  }

  #addHandlers(): void {
    const { discovery } = this.registries;
    const query = (service: string): ServiceQuery => this.query(service);
    const suspects = new Suspects(discovery, this.clock);
    this.#handlers.add(
      { name: 'loadbalance', side: 'consumer', make: () => new RoundRobin({ discovery, suspects, query }) },
      'core',
    );
    for (const { handler, owner } of this.#options.declarations.handlers) {
      this.#handlers.add({ ...handler, make: () => handler.make(this) }, owner);
    }
  }

  #makeContainer(): Container {
    const { application, declarations } = this.#options;
    const container = new Container({
      modules: application.modules ?? [],
      providers: [
        { provide: Config, useValue: this.config },
        { provide: Logger, useValue: this.logger },
        { provide: Meter, useValue: this.meter },
        { provide: OwnInstance, useValue: this.registries.own },
        {
          provide: Invoker,
          useFactory: () => new ContractInvoker(this.consumer, (service, id) => this.contract(service, id)),
        },
        ...declarations.made.map(({ identifier, make }) => ({ provide: identifier, useFactory: () => make(this) })),
        ...declarations.providers,
        ...(application.providers ?? []),
      ],
      overrides: application.overrides ?? [],
      hooks: [(instance, type) => this.#attach(instance, type), ...declarations.instanceHooks],
    });
    container.addParameterResolver(RemoteKey, (mark) => this.#client(mark));
    for (const { key, make } of declarations.resolvers) container.addParameterResolver(key, make(this));
    container.addParameterResolver(ValueKey, (mark, site) => resolveValue(this.config, mark, site));
    for (const type of container.handlers) this.#addHandlerClass(type as HandlerClass & AnyClass);
    return container;
  }

  #addHandlerClass(type: HandlerClass): void {
    const mark = read(type, HandlerKey);
    if (!mark)
      throw coreError('CHAIN_INVALID', `${type.name} is listed in the handlers of a module and has no @Handler`);
    const { name, side = 'provider', ...place } = mark;
    this.#handlers.add({ name, side, ...place, make: () => this.container.get(type) }, type.name);
  }

  #attach(instance: object, type: AnyClass): void {
    // on a schema the decorators belong to its provider and consumer chains
    if (isSchemaClass(type)) return;
    const { policies } = this.#options.declarations;
    refuseUnregistered(type, policies);
    this.#plans.push(
      attachMethodChains(instance, type, { planner: this.planner, policies, service: this.identity.service }),
    );
  }

  #client({ contract, options: { service, ...options } }: RemoteMark): object {
    this.#remotes += 1;
    this.#contracts.add(contract);
    refuseUnregistered(contract, this.#options.declarations.policies);
    const schema = readSchema(contract);
    const target = { schema, service: service ?? schema.id, options };
    this.#plans.push(() => planClient(this.consumer, target));
    return clientOf(this.consumer, target);
  }

  /** A contract this application serves itself, else the one the registry stores. */
  async contract(service: string, schemaId: string): Promise<SchemaInfo | undefined> {
    const local = service === this.identity.service ? this.table?.schema(schemaId) : undefined;
    if (local) return local;
    const document = await this.registries.contracts?.get(this.query(service), schemaId);
    return document === undefined ? undefined : readContract(document, schemaId);
  }

  query(service: string): ServiceQuery {
    const { environment, app } = this.identity;
    const colon = service.indexOf(':');
    if (colon < 0) return { environment, app, service };
    return { environment, app: service.slice(0, colon), service: service.slice(colon + 1) };
  }
}

/** A contract or a provider of one. */
function isSchemaClass(type: AnyClass): boolean {
  return read(type, SchemaKey) !== undefined || read(type, ImplementsKey) !== undefined;
}
