import type { Disposer } from '../clock/clock.js';
import type { Instance, ServiceIdentity } from '../endpoint/instance.js';
import type { InstanceUpdate } from './own-instance.js';

/**
 * Makes this process known to others.
 *
 * @example
 * ```ts
 * const registration = await registrar.register(instance);
 * await registration.deregister();
 * ```
 */
export interface Registrar {
  /**
   * Announces an instance and keeps it alive (beats, renews, registers again after an outage) until it is deregistered.
   *
   * @throws ChassisError `REGISTRY_UNAVAILABLE` when the registry cannot be had now; with `retryAfterMs` when it may be had later, so that an
   * application starts all the same and goes on trying
   */
  register(instance: Instance): Promise<Registration>;
  close(): Promise<void>;
}

/**
 * An instance that is registered.
 *
 * @example
 * ```ts
 * await registration.update({ status: 'OUTOFSERVICE' });
 * ```
 */
export interface Registration {
  update(change: InstanceUpdate): Promise<void>;
  deregister(): Promise<void>;
}

/**
 * What changed between two lists of instances.
 *
 * @example
 * ```ts
 * for (const gone of change.removed) pools.release(gone);
 * ```
 */
export interface InstanceChange {
  readonly service: string;
  /** The whole list after the change. */
  readonly instances: readonly Instance[];
  readonly added: readonly Instance[];
  readonly updated: readonly Instance[];
  readonly removed: readonly Instance[];
}

/**
 * Whom a consumer looks for.
 *
 * @example
 * ```ts
 * const query: ServiceQuery = { environment: '', app: 'default', service: 'catalog' };
 * ```
 */
export type ServiceQuery = Omit<ServiceIdentity, 'version'>;

/**
 * Finds the instances of other services. All implementations serve the last good list through an outage.
 *
 * @example
 * ```ts
 * const instances = await discovery.find({ environment: '', app: 'default', service: 'catalog' });
 * ```
 */
export interface Discovery {
  /**
   * The instances that may be called (`UP` and `TESTING`), from the cache when it has them; empty when none are known.
   *
   * @throws ChassisError `REGISTRY_UNAVAILABLE` when the registry cannot be had and never could
   */
  find(query: ServiceQuery): Promise<readonly Instance[]>;
  /** What the cache holds now, without waiting; undefined before there was a good list of the service. */
  peek(query: ServiceQuery): readonly Instance[] | undefined;
  /** Tells of every change of a service's list, in order. */
  watch(query: ServiceQuery, listener: (change: InstanceChange) => void): Disposer;
  /** As `watch`, for every service that was ever found. */
  watchAll(listener: (change: InstanceChange) => void): Disposer;
  /**
   * A consumer could not reach an instance: asks the registry about it at once. A change that follows is told to watchers first.
   *
   * @returns whether the registry shows it alive
   * @throws ChassisError `REGISTRY_UNAVAILABLE` when the registry does not answer
   */
  suspect(instance: Instance): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Keeps the contracts (OpenAPI documents) of services.
 *
 * @example
 * ```ts
 * await contracts.put(identity, 'catalog', document);
 * ```
 */
export interface ContractStore {
  put(service: ServiceIdentity, schemaId: string, document: string): Promise<void>;
  get(query: ServiceQuery, schemaId: string): Promise<string | undefined>;
  list(query: ServiceQuery): Promise<readonly string[]>;
  /**
   * Stores the contracts that an application makes of its own schemas, by their ids, before its instance is registered; called again with
   * each try to register. For a store that has more to store than these, or that tells itself of what it cannot store; it never
   * rejects. Of others `put` is called for each.
   */
  publish?(service: ServiceIdentity, documents: ReadonlyMap<string, string>): Promise<void>;
  close(): Promise<void>;
}
