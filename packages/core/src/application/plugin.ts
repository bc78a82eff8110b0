import type { HandlerEntry } from '../chain/handler-table.js';
import type { ChainHandler, PlannedHandler } from '../chain/handler.js';
import type { PolicyKind } from '../chain/policy.js';
import type { Clock } from '../clock/clock.js';
import type { Random } from '../clock/random.js';
import type { Section } from '../config/section.js';
import type { ConfigSource } from '../config/source.js';
import type { Config, ConfigView } from '../config/config.js';
import type { InstanceHook } from '../container/construction.js';
import type { ParameterResolver } from '../container/parameter-resolver.js';
import type { Provider } from '../container/provider.js';
import type { Identifier } from '../container/token.js';
import type { ServiceIdentity } from '../endpoint/instance.js';
import type { MetadataKey } from '../metadata/metadata-key.js';
import type { RegistryFactory } from '../registry/factories.js';
import type { ContractStore, Discovery, Registrar } from '../registry/ports.js';
import type { SchemaInfo } from '../schema/operation.js';
import type { Cipher } from '../security/cipher.js';
import type { Ciphers } from '../security/ciphers.js';
import type { Logger } from '../telemetry/logger.js';
import type { Meter } from '../telemetry/meter.js';
import type { Tracer } from '../telemetry/tracer.js';
import type { ClientTransport } from '../transport/client-transport.js';
import type { ServerTransport } from '../transport/server-transport.js';
import type { TlsMaterials } from '../tls/tls-material.js';
import type { Port } from './port.js';
import type { Services } from './services.js';

/**
 * A part that an application lists by name. Importing its module does nothing; `install` only declares.
 *
 * @example
 * ```ts
 * export const talk = (): Plugin => ({
 *   name: 'talk',
 *   install(host) { host.serverTransport('talk', (services) => new TalkServer(services)); },
 * });
 * ```
 */
export interface Plugin {
  readonly name: string;
  /** Names of plug-ins that must be listed too. */
  readonly needs?: readonly string[];
  install(host: PluginHost): void;
}

/**
 * Makes a part from the services of its application.
 *
 * @example
 * ```ts
 * const make: Make<ServerTransport> = (services) => new TalkServer(services.clock);
 * ```
 */
export type Make<T> = (services: Services) => T;

/**
 * What a cipher is made of. Ciphers are needed while the configuration is read, so there are no `Services` yet.
 *
 * @example
 * ```ts
 * host.cipher('vault', ({ config, logger }) => new VaultCipher(config.get('vault.address', ''), logger));
 * ```
 */
export interface CipherContext {
  /** What the local sources say, values written as `cipher(...)` as they are written. */
  readonly config: ConfigView;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The variables that the configuration reads; empty where the application reads none. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Makes a cipher when it is first needed, which may be before anything else of the application is there.
 *
 * @example
 * ```ts
 * const make: MakeCipher = ({ environment }) => new ShiftCipher(Number(environment.SHIFT));
 * ```
 */
export type MakeCipher = (context: CipherContext) => Cipher;

/**
 * What a remote source of configuration is made of. Nothing of the application is there yet but its local configuration.
 *
 * @example
 * ```ts
 * host.configSource((local, { clock, tls }) => new HouseSource(local.get('house.address', ''), clock, tls));
 * ```
 */
export interface ConfigSourceContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** The whole configuration, of which only the local sources are read so far. */
  readonly config: Config;
  readonly ciphers: Ciphers;
  /** How the server is called over TLS: `control('configServer.Consumer', https)`. */
  readonly tls: TlsMaterials;
  /** Who asks. */
  readonly identity: ServiceIdentity;
}

/**
 * Makes a source of configuration from what the local sources say; undefined when that asks for none.
 *
 * @example
 * ```ts
 * const make: MakeConfigSource = (local, context) => new HouseSource(local.get('house.address', ''), context);
 * ```
 */
export type MakeConfigSource = (local: ConfigView, context: ConfigSourceContext) => ConfigSource | undefined;

/**
 * A handler that a plug-in brings.
 *
 * @example
 * ```ts
 * host.handler({ name: 'monitoring', side: 'provider', make: ({ meter }) => new Monitoring(meter) });
 * ```
 */
export interface PluginHandler extends Omit<HandlerEntry, 'make'> {
  make(services: Services): ChainHandler | PlannedHandler;
}

/**
 * Where a plug-in declares what it brings. Every method throws `PLUGIN_CONFLICT` when the name is taken.
 *
 * @example
 * ```ts
 * install(host: PluginHost) {
 *   host.section(TalkSection);
 *   host.clientTransport('talk', (services) => new TalkClient(services));
 * }
 * ```
 */
export interface PluginHost {
  /** Something injectable. */
  provide(provider: Provider): void;
  /** Something injectable that is made from the application's services; `calls` says that it calls other services. */
  provideFrom<T>(identifier: Identifier<T>, make: Make<T>, options?: { readonly calls?: boolean }): void;
  handler(handler: PluginHandler): void;
  policy<T extends object>(kind: PolicyKind<T>): void;
  section(section: Section<unknown>): void;
  serverTransport(protocol: string, make: Make<ServerTransport>): void;
  clientTransport(protocol: string, make: Make<ClientTransport>): void;
  registrar(type: string, make: RegistryFactory<Registrar>): void;
  discovery(type: string, make: RegistryFactory<Discovery>): void;
  contractStore(type: string, make: RegistryFactory<ContractStore>): void;
  /** A source made from the local configuration; undefined when that asks for none. */
  configSource(make: MakeConfigSource): void;
  tracer(make: Make<Tracer>): void;
  meter(make: Make<Meter>): void;
  /** A cipher that configuration may name, made once, when it is first needed: that may be while the configuration is read. */
  cipher(name: string, make: MakeCipher): void;
  /** Operations of the plug-in's own, made by `defineSchema`; `published: false` leaves them out of documents and contracts, as probes are. */
  schema(make: Make<SchemaInfo>, options?: { readonly published?: boolean }): void;
  /** Gives the values of constructor parameters and properties that a decorator of the plug-in's own marked with `annotateSite`. */
  parameterResolver<T>(key: MetadataKey<T>, make: Make<ParameterResolver<T>>): void;
  /** Sees every singleton of the container when it is made. */
  instanceHook(hook: InstanceHook): void;
  /** Runs before the listeners open. */
  onStart(name: string, run: (services: Services, signal: AbortSignal) => void | Promise<void>): void;
  /** Runs after the listeners have drained, in reverse order. */
  onStop(name: string, run: (services: Services, signal: AbortSignal) => void | Promise<void>): void;
  extend<T>(port: Port<T>, name: string, make: Make<T>): void;
}
