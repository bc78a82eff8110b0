import type { Clock } from '../clock/clock.js';
import type { Random } from '../clock/random.js';
import type { Config } from '../config/config.js';
import type { Consumer } from '../consumer/consumer.js';
import type { Identifier } from '../container/token.js';
import type { ServiceIdentity } from '../endpoint/instance.js';
import type { Readiness } from '../lifecycle/readiness.js';
import type { Discovery, ServiceQuery } from '../registry/ports.js';
import type { SchemaInfo } from '../schema/operation.js';
import type { Ciphers } from '../security/ciphers.js';
import type { Logger } from '../telemetry/logger.js';
import type { Meter } from '../telemetry/meter.js';
import type { Tracer } from '../telemetry/tracer.js';
import type { TlsMaterials } from '../tls/tls-material.js';
import type { Port } from './port.js';

/**
 * What the parts of an application are made with. Makers are called after the configuration is read, before anything runs.
 *
 * @example
 * ```ts
 * host.serverTransport('talk', (services) => new TalkServer(services.clock, services.logger));
 * ```
 */
export interface Services {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly config: Config;
  readonly tracer: Tracer;
  readonly meter: Meter;
  /** Our own service. */
  readonly identity: ServiceIdentity;
  readonly readiness: Readiness;
  /** Decrypt what configuration keeps encrypted; see `host.cipher`. */
  readonly ciphers: Ciphers;
  /** How listeners and calls speak TLS (`ssl.*`). */
  readonly tls: TlsMaterials;
  /** Calls other services. */
  readonly consumer: Consumer;
  /** Finds the instances of other services. */
  readonly discovery: Discovery;
  /** Whom a service's name stands for: of our own environment, and of our own application unless the name is `{application}:{service}`. */
  query(service: string): ServiceQuery;
  /** The contract of a service's schema: our own, else the one that the registry stores. */
  contract(service: string, schemaId: string): Promise<SchemaInfo | undefined>;
  /** What plug-ins put at a port, by name; made once, at the first call. */
  extensions<T>(port: Port<T>): ReadonlyMap<string, T>;
  /** Something of the container; only once it is built, so in handlers and hooks, not while they are made. */
  get<T>(identifier: Identifier<T>): T;
}
