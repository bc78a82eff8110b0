import type { Clock, Disposer } from '../clock/clock.js';
import type { Instance } from '../endpoint/instance.js';
import { coreError } from '../errors/core-error.js';
import type { Logger } from '../telemetry/logger.js';
import { callableList, changeBetween, changeBy, queryOf, serviceKey, type InstanceEvent } from './instance-list.js';
import type { InstanceChange, ServiceQuery } from './ports.js';

/** After a first list that failed, how long the next `find` is answered with the same failure. */
const FIRST_RETRY_MS = 1000;

/**
 * What an {@link InstanceCache} needs of its registry.
 *
 * @example
 * ```ts
 * const cache = new InstanceCache({ clock, logger, fetch: (query) => client.list(query) });
 * ```
 */
export interface InstanceCacheOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** The whole list of a service as the registry has it now; rejects when the registry cannot be had. */
  fetch(query: ServiceQuery): Promise<readonly Instance[]>;
  /** Called once for each service, when it is first looked for: begin to watch or poll it. Disposed of by `close`. */
  track?(query: ServiceQuery): Disposer;
}

type Listener = (change: InstanceChange) => void;

interface Entry {
  readonly query: ServiceQuery;
  readonly listeners: Set<Listener>;
  untrack?: Disposer;
  /** The last good list; undefined before there was one. */
  list?: readonly Instance[];
  fetching?: Promise<void>;
  /** A list was asked for while another was under way, which may be older than the question. */
  again: boolean;
  /** Events since the fetch under way began: its list may be older than they are. Undefined when none is under way. */
  since?: InstanceEvent[];
  failure?: Failure;
}

interface Failure {
  readonly error: unknown;
  readonly atMs: number;
  /** Whether it was logged for this service, or for another that failed together with it. */
  readonly isTold: boolean;
}

/**
 * The instances of the services that a consumer looks for, as the registry last told them. It never loses or invents one: a failed
 * list leaves the last good one in force, and events that arrive while a list is fetched are applied to that list too. It keeps the
 * instances that may be called (`UP`, `TESTING`), in order of their ids.
 *
 * @example
 * ```ts
 * const cache = new InstanceCache({ clock, logger, fetch: (query) => client.list(query) });
 * const instances = await cache.find({ environment: '', app: 'default', service: 'catalog' });
 * ```
 */
export class InstanceCache {
  readonly #entries = new Map<string, Entry>();
  /** The same, by the very query that a plan asks with each time. */
  readonly #byQuery = new WeakMap<ServiceQuery, Entry>();
  readonly #everyone = new Set<Listener>();
  readonly #changes: { entry: Entry; change: InstanceChange }[] = [];
  /** What was logged last: lists that are fetched together fail by one and the same error. */
  #toldError: unknown;
  #telling = false;
  #closed = false;

  constructor(private readonly options: InstanceCacheOptions) {}

  /** The services looked for so far. */
  get services(): readonly ServiceQuery[] {
    return [...this.#entries.values()].map(({ query }) => query);
  }

  /**
   * The last good list; the first is fetched, once for all who ask at the same time.
   *
   * @throws ChassisError `REGISTRY_UNAVAILABLE` when there is no good list yet and none can be had now
   */
  async find(query: ServiceQuery): Promise<readonly Instance[]> {
    const entry = this.#entry(query);
    if (entry.list) return entry.list;
    if (!entry.fetching && !this.#failedLately(entry)) void this.#fetch(entry);
    await entry.fetching;
    if (entry.list) return entry.list;
    throw this.#unavailable(entry);
  }

  /** The last good list without waiting; undefined before there is one. */
  peek(query: ServiceQuery): readonly Instance[] | undefined {
    let entry = this.#byQuery.get(query);
    if (!entry) {
      entry = this.#entries.get(serviceKey(query));
      if (entry) this.#byQuery.set(query, entry);
    }
    return entry?.list;
  }

  /** Tells of every change, in the order in which they happened; begins to look for the service when nobody did. */
  watch(query: ServiceQuery, listener: Listener): Disposer {
    const entry = this.#entry(query);
    // A function of our own, so that one listener may be given twice.
    const tell: Listener = (change) => listener(change);
    entry.listeners.add(tell);
    if (!entry.list && !entry.fetching) void this.#fetch(entry);
    return () => void entry.listeners.delete(tell);
  }

  /** As `watch`, for all services looked for, now or later. */
  watchAll(listener: Listener): Disposer {
    const tell: Listener = (change) => listener(change);
    this.#everyone.add(tell);
    return () => void this.#everyone.delete(tell);
  }

  /**
   * Lists a service again.
   *
   * @returns whether the cache shows an answer younger than the call
   */
  async refresh(query: ServiceQuery): Promise<boolean> {
    if (this.#closed) return false;
    const entry = this.#entry(query);
    if (entry.fetching) entry.again = true;
    else void this.#fetch(entry);
    await entry.fetching;
    return !entry.failure;
  }

  /** Takes up an event; of a service without a good list it waits for that list. */
  apply(query: ServiceQuery, event: InstanceEvent): void {
    this.applyAll(query, [event]);
  }

  /** Takes up events that came together, in their order, as one change: what they cost together is hardly more than one of them. */
  applyAll(query: ServiceQuery, events: readonly InstanceEvent[]): void {
    const entry = this.#entries.get(serviceKey(query));
    if (!entry || this.#closed) return;
    if (entry.since) for (const event of events) entry.since.push(event);
    if (!entry.list) return;
    const [first, second] = events;
    if (!first || second) return this.#replace(entry, withEvents(entry.list, events));
    const change = changeBy(first, entry.query.service, entry.list);
    if (change) this.#take(entry, change);
  }

  /** Stops watching; what is known stays readable. Waits for fetches under way. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#everyone.clear();
    const entries = [...this.#entries.values()];
    for (const entry of entries) {
      entry.untrack?.();
      delete entry.untrack;
      entry.listeners.clear();
    }
    await Promise.all(entries.map(({ fetching }) => fetching));
  }

  #entry(query: ServiceQuery): Entry {
    const key = serviceKey(query);
    const known = this.#entries.get(key);
    if (known) return known;
    const entry: Entry = { query: queryOf(query), listeners: new Set(), again: false };
    this.#entries.set(key, entry);
    if (!this.#closed && this.options.track) entry.untrack = this.options.track(entry.query);
    return entry;
  }

  #unavailable({ query, failure }: Entry): Error {
    const why = failure ? messageOf(failure.error) : 'it was closed';
    return coreError('REGISTRY_UNAVAILABLE', `registry: the instances of ${query.service} cannot be listed: ${why}`, {
      cause: failure?.error,
      retryAfterMs: FIRST_RETRY_MS,
    });
  }

  #failedLately({ failure }: Entry): boolean {
    return failure !== undefined && this.options.clock.elapsed() - failure.atMs < FIRST_RETRY_MS;
  }

  #fetch(entry: Entry): Promise<void> {
    if (this.#closed) return Promise.resolve();
    const run = async (): Promise<void> => {
      try {
        do {
          entry.again = false;
          entry.since = [];
          await this.#fetchOnce(entry);
        } while (entry.again && !this.#closed);
      } finally {
        // In the same step as the last look at `again`: one who asks from now on begins a fetch of its own.
        delete entry.fetching;
        delete entry.since;
      }
    };
    entry.fetching = run();
    return entry.fetching;
  }

  async #fetchOnce(entry: Entry): Promise<void> {
    const { logger, clock } = this.options;
    const service = entry.query.service;
    try {
      const list = await this.options.fetch(entry.query);
      if (this.#closed) return;
      if (entry.failure?.isTold) {
        logger.info('registry: listing works again', { service });
        this.#toldError = undefined;
      }
      delete entry.failure;
      this.#replace(entry, withEvents(list, entry.since ?? []));
    } catch (error) {
      if (this.#closed) return;
      const serving = entry.list ? 'the last good list stays in use' : 'no list is known yet';
      const isNews = !entry.failure && error !== this.#toldError;
      if (isNews) logger.warn(`registry: listing failed, ${serving}`, { service, error });
      if (isNews) this.#toldError = error;
      entry.failure = { error, atMs: clock.elapsed(), isTold: entry.failure?.isTold ?? isNews };
    }
  }

  #replace(entry: Entry, found: Iterable<Instance>): void {
    const before = entry.list ?? [];
    const next = callableList(found, before);
    const change = changeBetween(entry.query.service, before, next);
    if (change) this.#take(entry, change);
    else entry.list ??= next;
  }

  #take(entry: Entry, change: InstanceChange): void {
    entry.list = change.instances;
    this.#tell(entry, change);
  }

  /** A change made by a listener waits until the present one is told to all. */
  #tell(entry: Entry, change: InstanceChange): void {
    this.#changes.push({ entry, change });
    if (this.#telling) return;
    this.#telling = true;
    for (let next = this.#changes.shift(); next; next = this.#changes.shift()) {
      for (const listener of [...next.entry.listeners]) {
        if (next.entry.listeners.has(listener)) this.#tellOne(listener, next.change);
      }
      for (const listener of this.#everyone) this.#tellOne(listener, next.change);
    }
    this.#telling = false;
  }

  #tellOne(listener: Listener, change: InstanceChange): void {
    try {
      listener(change);
    } catch (error) {
      this.options.logger.error('registry: a listener of instance changes failed', { service: change.service, error });
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function withEvents(list: Iterable<Instance>, events: readonly InstanceEvent[]): Iterable<Instance> {
  if (events.length === 0) return list;
  const byId = new Map<string, Instance>();
  for (const instance of list) byId.set(instance.id, instance);
  for (const event of events) {
    if (event.kind === 'put') byId.set(event.instance.id, event.instance);
    else byId.delete(event.id);
  }
  return byId.values();
}
