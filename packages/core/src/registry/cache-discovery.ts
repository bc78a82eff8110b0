import type { Clock, Disposer } from '../clock/clock.js';
import type { Instance } from '../endpoint/instance.js';
import { coreError } from '../errors/core-error.js';
import type { Logger } from '../telemetry/logger.js';
import { InstanceCache } from './instance-cache.js';
import { queryOf } from './instance-list.js';
import type { Discovery, InstanceChange, ServiceQuery } from './ports.js';

/**
 * What every {@link CacheDiscovery} takes.
 *
 * @example
 * ```ts
 * const options: CacheDiscoveryOptions = { clock: systemClock, logger: silentLogger };
 * ```
 */
export interface CacheDiscoveryOptions {
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * A discovery that answers from an {@link InstanceCache}: a registry says how a list is fetched and, if it can, tells of changes.
 *
 * @example
 * ```ts
 * class HouseDiscovery extends CacheDiscovery {
 *   protected override fetch(query: ServiceQuery) { return this.client.list(query); }
 * }
 * ```
 */
export abstract class CacheDiscovery implements Discovery {
  protected readonly cache: InstanceCache;
  readonly #disposers: Disposer[] = [];

  constructor(options: CacheDiscoveryOptions) {
    this.cache = new InstanceCache({
      clock: options.clock,
      logger: options.logger,
      fetch: (query) => this.fetch(query),
      track: (query) => this.track(query),
    });
  }

  find(query: ServiceQuery): Promise<readonly Instance[]> {
    return this.cache.find(query);
  }

  peek(query: ServiceQuery): readonly Instance[] | undefined {
    return this.cache.peek(query);
  }

  watch(query: ServiceQuery, listener: (change: InstanceChange) => void): Disposer {
    return this.cache.watch(query, listener);
  }

  watchAll(listener: (change: InstanceChange) => void): Disposer {
    return this.cache.watchAll(listener);
  }

  /** Lists the instance's service again. */
  async suspect(instance: Instance): Promise<boolean> {
    const query = queryOf(instance);
    if (!(await this.cache.refresh(query))) {
      throw coreError(
        'REGISTRY_UNAVAILABLE',
        `registry: cannot tell whether ${instance.id} of ${instance.service} is alive`,
      );
    }
    return this.cache.peek(query)?.some(({ id }) => id === instance.id) ?? false;
  }

  async close(): Promise<void> {
    for (const dispose of this.#disposers.splice(0)) dispose();
    await this.cache.close();
  }

  /** The whole list of a service as the registry has it now; rejects when it cannot be had. */
  protected abstract fetch(query: ServiceQuery): Promise<readonly Instance[]>;

  /** Begins to watch a service, when it is first looked for. By default nothing is watched. */
  protected track(_query: ServiceQuery): Disposer {
    return () => {};
  }

  /** Lists every service again that was looked for. */
  protected refreshAll(): void {
    for (const query of this.cache.services) void this.cache.refresh(query);
  }

  /** Runs something when this is closed. */
  protected disposeOf(disposer: Disposer): void {
    this.#disposers.push(disposer);
  }
}
