import type { Disposer } from '../../clock/clock.js';
import type { Instance } from '../../endpoint/instance.js';
import { CacheDiscovery } from '../cache-discovery.js';
import { queryOf, serviceKey } from '../instance-list.js';
import type { ServiceQuery } from '../ports.js';
import type { LocalOptions } from './local-options.js';
import { ServiceFolder } from './service-folder.js';
import { ServiceTracker } from './service-tracker.js';

/**
 * Finds the instances that have a file in the local registry. A service that is looked for is watched by file events and looked at
 * again every 500 ms, which is also when an owner that was killed is noticed; `suspect` notices it at once.
 *
 * @example
 * ```ts
 * const discovery = new LocalDiscovery({ root, clock, logger, files: nodeFileSystem, processes: createProcessProbe() });
 * ```
 */
export class LocalDiscovery extends CacheDiscovery {
  readonly #folders = new Map<string, ServiceFolder>();
  #unwatchable = false;

  constructor(private readonly options: LocalOptions) {
    super(options);
  }

  override async suspect(instance: Instance): Promise<boolean> {
    const query = queryOf(instance);
    // Without waiting for the disk: the next pick must not meet it again.
    if (this.#folder(query).isDead(instance.id)) {
      this.cache.apply(query, { kind: 'remove', id: instance.id });
      return false;
    }
    return super.suspect(instance);
  }

  override async close(): Promise<void> {
    await super.close();
    await Promise.all([...this.#folders.values()].map((folder) => folder.settled()));
  }

  protected override fetch(query: ServiceQuery): Promise<readonly Instance[]> {
    return this.#folder(query).scan();
  }

  protected override track(query: ServiceQuery): Disposer {
    const tracker = new ServiceTracker(this.options, this.#folder(query), {
      look: async () => void (await this.cache.refresh(query)),
      unwatchable: (error) => this.#complain(error),
    });
    return () => tracker.close();
  }

  #folder(query: ServiceQuery): ServiceFolder {
    const key = serviceKey(query);
    const known = this.#folders.get(key);
    if (known) return known;
    const folder = new ServiceFolder(this.options, query);
    this.#folders.set(key, folder);
    return folder;
  }

  #complain(error: unknown): void {
    if (this.#unwatchable) return;
    this.#unwatchable = true;
    this.options.logger.warn('local registry: folders cannot be watched, changes are seen by looking again', { error });
  }
}
