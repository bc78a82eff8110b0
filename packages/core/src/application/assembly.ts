import { PlanRefused } from '../chain/planner.js';
import { systemRandom, type Random } from '../clock/random.js';
import { systemClock } from '../clock/system-clock.js';
import type { Clock } from '../clock/clock.js';
import type { Config } from '../config/config.js';
import type { ConfigStore } from '../config/create-config.js';
import { HealthSection } from '../config/sections/health.js';
import { LifecycleSection, type LifecycleValues } from '../config/sections/lifecycle.js';
import { LogSection } from '../config/sections/log.js';
import { NoRefreshSchemaSection, OpenApiSection } from '../config/sections/openapi.js';
import { RegistrySection } from '../config/sections/registry.js';
import { formatEndpoint, type Endpoint } from '../endpoint/endpoint.js';
import { coreError } from '../errors/core-error.js';
import { Readiness } from '../lifecycle/readiness.js';
import { toOpenApi2 } from '../openapi/to-open-api-2.js';
import { toOpenApi31 } from '../openapi/to-open-api-31.js';
import { offeredOn } from '../provider/operation-table.js';
import type { SchemaInfo } from '../schema/operation.js';
import type { Ciphers } from '../security/ciphers.js';
import { SecretTexts } from '../security/secret-texts.js';
import { silentMeter } from '../telemetry/meter.js';
import { ApplicationTls } from '../tls/application-tls.js';
import { checkTrust } from '../tls/check-trust.js';
import { undeclaredResults } from './check-results.js';
import { ApplicationLog, directoryOf, makeConfig } from './configure.js';
import { Declarations } from './declarations.js';
import { documentSchema } from './document-schema.js';
import { healthSchema } from './health-schema.js';
import { inspectionOf } from './inspect.js';
import type { DocumentOptions, Inspection } from './inspection.js';
import { decryptionBy, makeCiphers } from './make-ciphers.js';
import { listenersOf } from './listeners.js';
import type { ApplicationOptions } from './options.js';
import { ownIdentity, ownInstance } from './describe-self.js';
import { placed } from './placed.js';
import { storeContracts } from './store-contracts.js';
import { releaseGone } from './registries.js';
import { Runtime } from './runtime.js';
import { Serving } from './serving.js';

/** The share of `registerTimeout` after which the start goes on without the registry. */
const PATIENCE = 0.8;

/** What each step of start and stop does; the order of the steps is the application's. */
export class Assembly {
  readonly clock: Clock;
  readonly random: Random;
  readonly readiness: Readiness;
  readonly log: ApplicationLog;
  /** What was decrypted, kept out of whatever is shown. */
  readonly secrets = new SecretTexts();
  /** The schemas served, known once planned. */
  schemas: readonly SchemaInfo[] = [];
  /** Those of users and plug-ins, without the framework's own endpoints: what documents and contracts are made of. */
  #published: readonly SchemaInfo[] = [];
  readonly #options: ApplicationOptions;
  readonly #declarations = new Declarations();
  #config: ConfigStore | undefined;
  #ciphers: Ciphers | undefined;
  #configured = false;
  #runtime: Runtime | undefined;
  #serving: Serving | undefined;
  /** For remote configuration, which is read before there is an application. */
  #remoteTls: ApplicationTls | undefined;

  constructor(options: ApplicationOptions) {
    this.#options = options;
    this.clock = options.clock ?? systemClock;
    this.random = options.random ?? systemRandom;
    this.readiness = new Readiness(this.clock, () =>
      this.#configured ? this.config.section(HealthSection).checkTimeout : 2000,
    );
    this.log = new ApplicationLog(this.clock, this.secrets, options.logger);
  }

  get config(): Config {
    return this.#config ?? notYet('the configuration is read by start() or prepare()');
  }

  get ciphers(): Ciphers {
    return this.#ciphers ?? notYet('the ciphers are known after start() or prepare()');
  }

  get runtime(): Runtime {
    return this.#runtime ?? notYet('the container is built by start() or prepare()');
  }

  get endpoints(): readonly Endpoint[] {
    return this.#serving?.endpoints ?? [];
  }

  /** A time of `servicecomb.lifecycle`, also while there is no configuration yet. */
  time(field: keyof LifecycleValues): number {
    return this.#configured ? this.config.section(LifecycleSection)[field] : 60_000;
  }

  /** Lets plug-ins declare and reads the local configuration. */
  async configure(): Promise<void> {
    if (this.#config) return;
    const { clock } = this;
    const { logger } = this.log;
    this.#declarations.install(this.#options.plugins ?? []);
    const made = { application: this.#options, declarations: this.#declarations, clock, logger };
    const ciphers = makeCiphers({ ...made, secrets: this.secrets, local: () => this.#config!.asWritten() });
    this.#config = makeConfig({ ...made, decryption: decryptionBy(ciphers, this.secrets) });
    this.#ciphers = ciphers;
    await this.#config.start();
    this.#configured = true;
    this.#requireChosenCipher(ciphers);
    const log = this.config.liveSection(LogSection);
    this.log.follow({
      level: () => log.value.level,
      correlated: () => log.value.correlation,
      pretty: () => log.value.pretty,
    });
  }

  #requireChosenCipher(ciphers: Ciphers): void {
    try {
      ciphers.require(ciphers.chosen, 'servicecomb.cipher.plugin');
    } catch (error) {
      throw placed(error, this.config);
    }
  }

  /** Adds the remote sources that the local configuration asks for, and follows all sources; a remote one that is late or broken is left out. Told to stop, it waits for none. */
  async configureRemotely(signal: AbortSignal): Promise<void> {
    const { config, ciphers, clock, random } = this;
    const { logger } = this.log;
    // the tracer, the meter and all else of the application are made by what the remote sources say too
    this.#remoteTls ??= new ApplicationTls({ config, ciphers, clock, logger, meter: silentMeter });
    const identity = ownIdentity(config, this.#options.name ?? 'application');
    const context = { config, ciphers, clock, random, logger, identity, tls: this.#remoteTls };
    const sources = this.#declarations.configSources.flatMap((make) => make(config, context) ?? []);
    const giveUp = (): void => this.closeConfig();
    signal.addEventListener('abort', giveUp, { once: true });
    await this.#config?.startRemote(sources, this.time('remoteConfigTimeout'));
    signal.removeEventListener('abort', giveUp);
  }

  /** Makes the container's objects. */
  async build(): Promise<void> {
    if (this.#runtime) return;
    const { config, ciphers, clock, random, readiness } = this;
    const { logger } = this.log;
    this.#runtime = new Runtime({
      ...{ config, ciphers, clock, random, readiness, logger },
      application: this.#options,
      declarations: this.#declarations,
      directory: directoryOf(this.#options),
      published: () => this.#generated(),
    });
    await this.#runtime.container.build();
    await this.#runtime.container.init();
  }

  /** Plans every chain and every listener; from then on a configuration that a chain cannot live with is refused. */
  plan(): void {
    if (this.#serving) return;
    try {
      this.#plan();
    } catch (error) {
      throw placed(error, this.config);
    }
  }

  #plan(): void {
    const { runtime, config } = this;
    const listeners = listenersOf(config);
    checkTrust(listeners, config);
    const serving = new Serving(runtime, this.#declarations, listeners);
    const own = runtime.readSchemas();
    const brought = this.#declarations.schemas.map(({ make, published }) => ({ schema: make(runtime), published }));
    const published = brought.filter((one) => one.published).map(({ schema }) => schema);
    const unpublished = brought.filter((one) => !one.published).map(({ schema }) => schema);
    this.#published = [...own.map(({ schema }) => schema), ...published];
    const endpoints = [...unpublished, ...this.#endpointSchemas(serving.names)];
    this.schemas = [...this.#published, ...endpoints];
    this.#warnOfUndeclared(undeclaredResults(this.#published));
    runtime.plan([...own, ...[...published, ...endpoints].map((schema) => ({ schema, self: undefined }))]);
    serving.plan(this.schemas);
    this.#serving = serving;
    this.#config?.beforeSwap((candidate) => {
      try {
        return { commit: runtime.planner.prepare(candidate) };
      } catch (error) {
        if (error instanceof PlanRefused) throw Object.assign(error.cause, { sections: error.sections });
        throw error;
      }
    });
    runtime.registries.discovery.watchAll((change) => releaseGone(change, runtime.transports.values()));
  }

  /** Runs the hooks of plug-ins: those of start in order until one fails, those of stop in reverse, all of them. */
  async runHooks(phase: 'start' | 'stop', signal: AbortSignal): Promise<void> {
    const { startHooks, stopHooks } = this.#declarations;
    const failures: Error[] = [];
    for (const { name, run } of phase === 'start' ? startHooks : [...stopHooks].reverse()) {
      try {
        await run(this.runtime, signal);
      } catch (error) {
        const cause = placed(error, this.config);
        const failure = coreError('LIFECYCLE_FAILED', `${phase} hook "${name}" failed: ${messageOf(cause)}`, { cause });
        if (phase === 'start') throw failure;
        failures.push(failure);
      }
    }
    if (failures.length > 0)
      throw coreError('LIFECYCLE_FAILED', failures.map((failure) => failure.message).join('; '), {
        cause: failures[0],
      });
  }

  /** Reads the certificates and keys of consumers; those of listeners are read when they open. */
  async checkTls(): Promise<void> {
    await this.runtime.tls.check().catch((error: unknown) => Promise.reject(placed(error, this.config)));
  }

  closeTls(): void {
    this.#runtime?.tls.close();
    this.#remoteTls?.close();
  }

  async listen(): Promise<void> {
    await this.#serving?.open().catch((error: unknown) => Promise.reject(placed(error, this.config)));
  }

  async registerAtStart(): Promise<void> {
    if (this.runtime.registries.registerAtStart && (this.#serving?.endpoints.length ?? 0) > 0) await this.register();
  }

  async register(): Promise<void> {
    const { registries, identity } = this.runtime;
    const instance = ownInstance(this.config, identity, this.#serving?.advertised ?? []);
    // who finds the instance finds its contracts
    const stores = this.config.section(RegistrySection).uploadSchema;
    await registries.own.announce(instance, {
      prepare: () => (stores ? storeContracts(this.runtime, this.#generated()) : Promise.resolve()),
      patienceMs: this.time('registerTimeout') * PATIENCE,
    });
  }

  /** The schemas whose contracts are made and stored. */
  #generated(): readonly SchemaInfo[] {
    return this.config.section(NoRefreshSchemaSection) ? [] : this.#published;
  }

  /** Leaves the registry, then gives consumers the time to notice. */
  async deregister(): Promise<void> {
    const withdrawn = await this.#runtime?.registries.own.withdraw();
    const delay = this.time('drainDelay');
    if (withdrawn && delay > 0) await this.clock.sleep(delay);
  }

  async drain(signal: AbortSignal): Promise<void> {
    await this.#serving?.close(signal);
  }

  async closeClients(signal: AbortSignal): Promise<void> {
    await Promise.all([...(this.#runtime?.transports.values() ?? [])].map((transport) => transport.close(signal)));
  }

  async closeRegistries(): Promise<void> {
    await this.#runtime?.registries.close();
    const tracer = this.#runtime?.tracer;
    await (tracer?.close ? tracer.close() : tracer?.flush());
  }

  async shutdownContainer(): Promise<void> {
    await this.#runtime?.container.shutdown();
  }

  closeConfig(): void {
    this.#config?.close();
  }

  /** For an application that was prepared and never started. */
  async dispose(): Promise<void> {
    await this.closeRegistries();
    this.closeTls();
    await this.shutdownContainer();
    this.closeConfig();
  }

  /**
   * What was put together, for people and tools; secrets are blotted out.
   *
   * @throws ChassisError `LIFECYCLE_FAILED` before it is planned
   */
  inspect(): Inspection {
    if (!this.#serving) return notYet('there is something to inspect after start() or prepare()');
    const { runtime } = this;
    const inspection = inspectionOf({
      runtime,
      serving: this.#serving,
      published: this.#published,
      entries: this.#config?.entries() ?? [],
    });
    return this.secrets.hideIn(inspection);
  }

  /**
   * The document of one listener's operations, without the framework's own endpoints.
   *
   * @throws ChassisError `LIFECYCLE_FAILED` before it is planned, `LISTENER_INVALID` for a listener that is not configured
   */
  document({ version = '3.1', listener }: DocumentOptions): Readonly<Record<string, unknown>> {
    if (!this.#serving) return notYet('there is a document after start() or prepare()');
    if (listener !== undefined) this.#serving.requireListener(listener);
    const { service, version: of } = this.runtime.identity;
    const info = { title: service, version: of };
    const schemas = this.#published.filter((schema) => listener === undefined || offeredOn(schema, listener));
    return version === '2' ? toOpenApi2(schemas, info) : toOpenApi31(schemas, info);
  }

  sayReady(): void {
    const { service, version } = this.runtime.identity;
    const endpoints = this.endpoints.map(formatEndpoint);
    this.log.logger.info('ready', { service, version, endpoints });
  }

  #warnOfUndeclared(operations: readonly string[]): void {
    if (operations.length === 0) return;
    this.log.logger.warn('results are documented as empty and sent unfiltered: declare them with @Returns', {
      operations,
    });
  }

  /** Probes and documents, on the listeners that are to serve them. */
  #endpointSchemas(listeners: readonly string[]): readonly SchemaInfo[] {
    const { config, runtime } = this;
    const chosen = (names: readonly string[]): readonly string[] => (names.length > 0 ? names : listeners);
    const health = config.section(HealthSection);
    const openapi = config.section(OpenApiSection);
    const documents = openapi.enable && !config.section(NoRefreshSchemaSection) ? chosen(openapi.listeners) : [];
    return [
      ...(health.enable && listeners.length > 0
        ? [healthSchema(this.readiness, runtime.identity, chosen(health.listeners))]
        : []),
      ...documents.map((name) =>
        documentSchema(
          name,
          this.#published.filter((schema) => offeredOn(schema, name)),
          runtime.identity,
        ),
      ),
    ];
  }
}

function notYet(message: string): never {
  throw coreError('LIFECYCLE_FAILED', message);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
