import type { Config } from '../config/config.js';
import type { Identifier } from '../container/token.js';
import type { Endpoint } from '../endpoint/endpoint.js';
import { ChassisError } from '../errors/chassis-error.js';
import { coreError } from '../errors/core-error.js';
import { createLifecycle, type Lifecycle, type StopReport } from '../lifecycle/lifecycle.js';
import type { LifecycleStep, LifecycleTiming } from '../lifecycle/lifecycle-step.js';
import { listenToSignals } from '../lifecycle/listen-to-signals.js';
import type { Readiness } from '../lifecycle/readiness.js';
import type { SchemaInfo } from '../schema/operation.js';
import { encryptValue } from '../security/encrypt-value.js';
import { Assembly } from './assembly.js';
import type { DocumentOptions, Inspection } from './inspection.js';
import type { ApplicationOptions } from './options.js';

/**
 * One application: modules and plug-ins, wired, started and stopped as a whole. Two in one process share nothing.
 *
 * @example
 * ```ts
 * export const app = createApplication({ modules: [CatalogModule], plugins: [rest()] });
 * await app.start();
 * ```
 */
export class Application {
  readonly #assembly: Assembly;
  readonly #lifecycle: Lifecycle;
  readonly #options: ApplicationOptions;
  #starting: Promise<void> | undefined;
  #stopped = false;

  /** Made by {@link createApplication}; nothing happens before `start`, `run` or `prepare`. */
  constructor(options: ApplicationOptions) {
    this.#options = options;
    this.#assembly = new Assembly(options);
    const { clock, readiness } = this.#assembly;
    const logger = this.#assembly.log.logger;
    this.#lifecycle = createLifecycle({ clock, logger, readiness, steps: this.#steps() });
  }

  /**
   * Starts: install, local configuration, remote configuration, container, plan, start hooks, listen, register, ready. A second call
   * shares the outcome of the first.
   *
   * @throws ChassisError naming the step and what was wrong in it, what was begun is stopped again; `LIFECYCLE_FAILED` once it was stopped
   */
  start(): Promise<void> {
    if (this.#stopped)
      return Promise.reject(
        coreError('LIFECYCLE_FAILED', 'the application was stopped: make another one to start again'),
      );
    return (this.#starting ??= this.#start());
  }

  async #start(): Promise<void> {
    const { signals } = this.#options;
    const { logger } = this.#assembly.log;
    const forget =
      signals === false ? undefined : listenToSignals(this.#lifecycle, { logger, ...(signals && { signals }) });
    try {
      await this.#lifecycle.start();
    } catch (error) {
      forget?.();
      throw causeOf(error);
    }
    this.#assembly.sayReady();
  }

  /** As `start`, for the main file of a program: what refuses the start is printed as one message and the process exits with 1. */
  async run(): Promise<void> {
    try {
      await this.start();
    } catch (error) {
      process.stderr.write(`${this.#assembly.secrets.hide(refusalText(error))}\n`);
      process.exit(1);
    }
  }

  /**
   * Stops in reverse: not ready, deregister, wait, stop accepting, drain, stop hooks, clients, registry, container, configuration.
   * Never rejects; further calls share the outcome.
   */
  async stop(): Promise<StopReport> {
    this.#stopped = true;
    if (!this.#starting) await this.#assembly.dispose();
    return this.#lifecycle.stop();
  }

  /**
   * Does all of the start that opens no socket and asks nobody: install, local configuration, container, plan. For documents and inspection.
   * Of an application that was told to start it shares the outcome of that.
   *
   * @throws ChassisError as `start`
   */
  async prepare(): Promise<void> {
    if (this.#starting) return this.#starting;
    await this.#assembly.configure();
    await this.#assembly.build();
    this.#assembly.plan();
  }

  /** @throws ChassisError `CONFIG_INVALID` before `start` or `prepare` has read it */
  get config(): Config {
    return this.#assembly.config;
  }

  /** Something of the container, after its start. */
  get<T>(identifier: Identifier<T>): T {
    return this.#assembly.runtime.container.get(identifier);
  }

  /** Where the listeners really are, while they are open. */
  get endpoints(): readonly Endpoint[] {
    return this.#assembly.endpoints;
  }

  /** Whether it may be sent requests; takes the checks of the user's own. */
  get readiness(): Readiness {
    return this.#assembly.readiness;
  }

  /** The schemas served, those of the framework's own endpoints too; after `prepare` or `start`. */
  get schemas(): readonly SchemaInfo[] {
    return this.#assembly.schemas;
  }

  /**
   * What it is made of: its listeners, its routes, every chain with the reason for each link, and the configuration in force with the
   * source of each value, secrets blotted out. After `prepare` or `start`; `chassis inspect` prints it.
   *
   * @throws ChassisError `LIFECYCLE_FAILED` before it is planned
   */
  inspect(): Inspection {
    return this.#assembly.inspect();
  }

  /**
   * The OpenAPI document of what it serves, without the framework's own endpoints, as its listeners answer at `/openapi.json` and
   * `/apidocs.json`. After `prepare` or `start`; `chassis openapi` prints it.
   *
   * @throws ChassisError `LIFECYCLE_FAILED` before it is planned, `LISTENER_INVALID` for a listener that is not configured
   */
  document(options: DocumentOptions = {}): Readonly<Record<string, unknown>> {
    return this.#assembly.document(options);
  }

  /**
   * Encrypts a secret for the configuration: `cipher(aes-gcm:1.2026-07.kWf0...)`. After `prepare` or `start`; `chassis encrypt` prints it.
   *
   * @param text - the secret
   * @param options - `cipher`: the name of a cipher; default the one that `servicecomb.cipher.plugin` names
   * @throws ChassisError `CIPHER_UNKNOWN`; whatever the cipher throws, such as `CIPHER_KEY_INVALID` where `aes-gcm` has no key
   */
  async encryptValue(text: string, options: { readonly cipher?: string } = {}): Promise<string> {
    const { ciphers } = this.#assembly;
    const name = options.cipher ?? ciphers.chosen;
    return encryptValue(text, { cipher: ciphers.get(name), name });
  }

  /** How long each step of start and stop took. */
  get timings(): readonly LifecycleTiming[] {
    return this.#lifecycle.timings;
  }

  /** Announces the instance where `servicecomb.registry.register` is `manual`. */
  register(): Promise<void> {
    return this.#assembly.register();
  }

  #steps(): readonly LifecycleStep[] {
    const assembly = this.#assembly;
    const time = (field: Parameters<Assembly['time']>[0]) => () => assembly.time(field);
    const common = { startTimeoutMs: time('startStepTimeout'), stopTimeoutMs: time('stopStepTimeout') };
    return [
      { ...common, name: 'local configuration', start: () => assembly.configure(), stop: () => assembly.closeConfig() },
      {
        ...common,
        name: 'remote configuration',
        start: (signal) => assembly.configureRemotely(signal),
        // its own deadline ends the wait, however long that is
        startTimeoutMs: () => assembly.time('startStepTimeout') + assembly.time('remoteConfigTimeout'),
      },
      { ...common, name: 'container', start: () => assembly.build(), stop: () => assembly.shutdownContainer() },
      { ...common, name: 'plan', start: () => assembly.plan() },
      { ...common, name: 'certificates', start: () => assembly.checkTls(), stop: () => assembly.closeTls() },
      { ...common, name: 'registry clients', stop: () => assembly.closeRegistries() },
      { ...common, name: 'clients', stop: (signal) => assembly.closeClients(signal) },
      {
        ...common,
        name: 'hooks',
        start: (signal) => assembly.runHooks('start', signal),
        stop: (signal) => assembly.runHooks('stop', signal),
      },
      {
        ...common,
        name: 'listen',
        start: () => assembly.listen(),
        stop: (signal) => assembly.drain(signal),
        stopTimeoutMs: time('drainTimeout'),
      },
      {
        name: 'register',
        start: () => assembly.registerAtStart(),
        stop: () => assembly.deregister(),
        startTimeoutMs: time('registerTimeout'),
        stopTimeoutMs: () => assembly.time('deregisterTimeout') + assembly.time('drainDelay'),
      },
    ];
  }
}

/**
 * Makes an application; nothing happens before it is started.
 *
 * @example
 * ```ts
 * void createApplication({ modules: [CatalogModule], plugins: [rest()] }).run();
 * ```
 */
export function createApplication(options: ApplicationOptions): Application {
  return new Application(options);
}

/** What was wrong in a step, rather than that a step was wrong, where that says it all. */
function causeOf(error: unknown): unknown {
  return ChassisError.is(error) && error.code === 'LIFECYCLE_FAILED' && ChassisError.is(error.cause)
    ? error.cause
    : error;
}

function refusalText(error: unknown): string {
  if (ChassisError.is(error) && error.kind !== 'INTERNAL')
    return `the application did not start: ${error.message} [${error.code}]`;
  return `the application did not start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
