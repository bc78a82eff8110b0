import type { Clock } from '../clock/clock.js';
import type { Random } from '../clock/random.js';
import type { Config } from '../config/config.js';
import type { ServiceIdentity } from '../endpoint/instance.js';
import type { Ciphers } from '../security/ciphers.js';
import type { Logger } from '../telemetry/logger.js';
import type { TlsMaterials } from '../tls/tls-material.js';
import type { ContractStore, Discovery, Registrar } from './ports.js';

/**
 * What a registry is made of.
 *
 * @example
 * ```ts
 * host.discovery('house', (context: RegistryContext) => new HouseDiscovery(context.addresses, context.clock));
 * ```
 */
export interface RegistryContext {
  readonly clock: Clock;
  /** For the jitter of back-offs. */
  readonly random: Random;
  readonly logger: Logger;
  readonly config: Config;
  /** Who asks: the application's own service. */
  readonly identity: ServiceIdentity;
  /** `servicecomb.registry.address`, or that of the role, split at commas; empty when not configured. */
  readonly addresses: readonly string[];
  /** How the registry is called over TLS: `control('registrator.Consumer', https)`, or `serviceDiscovery`, `contractDiscovery`. */
  readonly tls: TlsMaterials;
  /** Decrypt the password of an account, see {@link accountCredential}. */
  readonly ciphers: Ciphers;
  /** The folder that configuration is read from; undefined where none is. */
  readonly directory: string | undefined;
  /** The ids of the schemas that this application serves and publishes; known once it is planned. */
  schemas(): readonly string[];
}

/**
 * Makes one role of a registry; called once when an application starts. Making it opens nothing: work begins with the first call.
 *
 * @example
 * ```ts
 * const make: RegistryFactory<Discovery> = (context) => new HouseDiscovery(context.clock);
 * ```
 */
export type RegistryFactory<T> = (context: RegistryContext) => T;

/**
 * The registries an application may choose from, by role and then by type name.
 *
 * @example
 * ```ts
 * const available: RegistryFactories = { registrars: new Map(), discoveries: new Map(), contractStores: new Map() };
 * ```
 */
export interface RegistryFactories {
  readonly registrars: ReadonlyMap<string, RegistryFactory<Registrar>>;
  readonly discoveries: ReadonlyMap<string, RegistryFactory<Discovery>>;
  readonly contractStores: ReadonlyMap<string, RegistryFactory<ContractStore>>;
}
