import {
  CacheDiscovery,
  RegistrySection,
  sameInstance,
  type Disposer,
  type Instance,
  type InstanceEvent,
  type RegistryContext,
  type RegistryValues,
  type ServiceQuery,
} from '@ts-chassis/core';
import { printable } from '../connection/printable.js';
import type { Session } from '../service-center/session.js';
import { readWatchEvent } from '../wire/read-watch-event.js';
import type { InstanceRecord, WatchEvent } from '../wire/records.js';
import { InstanceQueries } from './instance-queries.js';
import { Oddities } from './oddities.js';
import { tcpProbe, type Probe } from './probe.js';
import { RegistryIndex } from './registry-index.js';
import type { ServiceIndex } from './service-index.js';
import { mayBeRegistered } from './service-names.js';
import { ServiceVersions } from './service-versions.js';
import { toInstance } from './to-instance.js';
import { UnknownServices } from './unknown-services.js';
import { Vanished } from './vanished.js';
import { Watcher } from './watcher.js';

/** Polls are no closer than this. */
const SHORTEST_POLL_MS = 1000;
/** How long after the registry lost what it knew its lists may lack who is there: the longest time until everybody has told it anew. */
const RECOVERY_MS = 120_000;

/** What {@link ServiceCenterDiscovery} takes of the application. */
export type DiscoveryContext = Pick<RegistryContext, 'clock' | 'random' | 'logger' | 'identity' | 'config'>;

/** A list as the registry gave it. */
interface Listed {
  readonly revision: string;
  readonly instances: readonly Instance[];
}

/** Finds instances at a service-center: in batches, by polls, and by its watch where that is asked for. */
export class ServiceCenterDiscovery extends CacheDiscovery {
  readonly #settings: RegistryValues;
  readonly #queries: InstanceQueries;
  readonly #versions: ServiceVersions;
  readonly #oddities: Oddities;
  readonly #vanished: Vanished;
  readonly #unknown: UnknownServices;
  readonly #watcher: Watcher;
  readonly #index: RegistryIndex;
  readonly #lists = new Map<string, Listed>();
  /** What the watch told and is not taken in yet. */
  readonly #heard = new Map<string, { readonly query: ServiceQuery; readonly events: InstanceEvent[] }>();
  #stopPolls: Disposer | undefined;
  #state: 'idle' | 'running' | 'closed' = 'idle';
  #recoversUntilMs = -Infinity;

  /**
   * @param session - its own to close
   * @param probe - how instances are asked that the registry does not list any more
   */
  constructor(
    private readonly context: DiscoveryContext,
    private readonly session: Session,
    probe: Probe = tcpProbe(context.clock),
  ) {
    super(context);
    const { clock, logger, identity, config } = context;
    const settings = config.section(RegistrySection);
    this.#settings = settings;
    this.#queries = new InstanceQueries({ session, environment: identity.environment });
    this.#versions = new ServiceVersions(() => session.center);
    this.#oddities = new Oddities(logger, clock);
    this.#vanished = new Vanished({
      probe,
      onGone: (instance) => this.cache.apply(instance, { kind: 'remove', id: instance.id }),
    });
    this.#unknown = new UnknownServices({ ...context, refresh: (query) => this.cache.refresh(query) });
    this.#watcher = new Watcher({
      ...context,
      session,
      message: (text) => this.#hear(text),
      opened: () => this.refreshAll(),
    });
    this.#index = new RegistryIndex({
      ...{ clock, logger, byAddress: settings.autoIPIndex, byInterface: settings.autoSchemaIndex },
      center: () => session.center,
      start: () => this.#start(),
    });
    this.disposeOf(session.onRemade((serviceId) => this.#remade(serviceId)));
  }

  get index(): ServiceIndex {
    return this.#index;
  }

  override async suspect(instance: Instance): Promise<boolean> {
    const isListed = await super.suspect(instance);
    // one that is kept although the registry has it no more is not vouched for by it
    return isListed && ((await this.#vanished.answer(instance.id)) ?? true);
  }

  override async close(): Promise<void> {
    this.#state = 'closed';
    this.#stopPolls?.();
    this.#watcher.close();
    this.#unknown.close();
    this.#queries.close();
    await super.close();
    await this.session.close();
  }

  protected override track(): Disposer {
    this.#start();
    if (this.#settings.watch) this.#watcher.start();
    return () => undefined;
  }

  protected override async fetch(query: ServiceQuery): Promise<readonly Instance[]> {
    if (!mayBeRegistered(query)) return this.#refuse(query);
    const key = keyOf(query);
    const last = this.#lists.get(key);
    const found = await this.#queries.ask(query, last?.revision);
    if (found.kind === 'same') return this.#withVanished(query, last?.instances ?? []);
    this.#lists.delete(key);
    if (found.kind === 'unknown') {
      if (this.cache.peek(query)?.length) this.#mayHaveForgotten();
      this.#unknown.add(key, query);
      return this.#withVanished(query, []);
    }
    this.#unknown.delete(key);
    const instances = await this.#read(query, found.records);
    if (found.revision) this.#lists.set(key, { revision: found.revision, instances });
    return this.#withVanished(query, instances);
  }

  /** The registry would refuse to be asked, for this one and whoever is asked for together with it. */
  #refuse({ app, service }: ServiceQuery): readonly Instance[] {
    const message = 'registry: nobody is looked for by a name that service-center does not take';
    this.#oddities.tell(message, { service: printable(`${app}:${service}`) });
    return [];
  }

  async #read(query: ServiceQuery, records: readonly InstanceRecord[]): Promise<readonly Instance[]> {
    await this.#versions.learn(records);
    const before = new Map(this.cache.peek(query)?.map((instance) => [instance.id, instance]));
    const instances: Instance[] = [];
    for (const record of records) {
      const version = this.#versions.of(record.serviceId);
      const instance = toInstance(record, { query, version, oddities: this.#oddities });
      if (!instance) continue;
      const known = before.get(instance.id);
      // kept once, not by the cache and by us
      instances.push(known && sameInstance(known, instance) ? known : instance);
    }
    return instances;
  }

  /** What the registry lists, and for now those it does not list any more but may be there all the same. */
  #withVanished(query: ServiceQuery, listed: readonly Instance[]): readonly Instance[] {
    const before = this.cache.peek(query) ?? [];
    const ids = new Set(listed.map(({ id }) => id));
    for (const id of ids) this.#vanished.listed(id);
    const missing = before.filter(({ id }) => !ids.has(id));
    if (missing.length === 0 || !this.#isDoubtful(listed)) return listed;
    for (const instance of missing) this.#vanished.ask(instance);
    return [...listed, ...missing];
  }

  /** Whether to ask those who vanished from a list before they are dropped: when told to, and when the registry seems to know too little. */
  #isDoubtful(listed: readonly Instance[]): boolean {
    if (this.#settings.healthCheck || listed.length === 0) return true;
    return this.context.clock.elapsed() < this.#recoversUntilMs;
  }

  /** The registry does not know a service that had instances, or our own: it may have lost others too, or parts of them. */
  #mayHaveForgotten(): void {
    this.#recoversUntilMs = this.context.clock.elapsed() + RECOVERY_MS;
  }

  async #remade(serviceId: string): Promise<void> {
    this.#mayHaveForgotten();
    this.#lists.clear();
    this.#watcher.follow(serviceId);
    this.refreshAll();
  }

  #hear(text: string): void {
    const event = readWatchEvent(text);
    if (!event) this.#oddities.tell(`registry: a message of the watch cannot be read: ${printable(text)}`);
    else if (event.action === 'INIT' || event.action === 'ERROR') {
      const { appId, serviceName } = event.key;
      const service = printable(`${appId}:${serviceName}`);
      this.#oddities.tell(`registry: the watch tells ${event.action}, which changes nothing here`, { service });
    } else this.#takeIn(event);
  }

  #takeIn({ action, key, instance: record }: WatchEvent): void {
    const { appId: app, serviceName: service, version } = key;
    const query: ServiceQuery = { environment: this.context.identity.environment, app, service };
    const isGone = action === 'DELETE' || action === 'EXPIRE';
    const instance = isGone ? undefined : toInstance(record, { query, version, oddities: this.#oddities });
    const id = record.instanceId!;
    this.#vanished.listed(id);
    this.#takeInSoon(query, instance ? { kind: 'put', instance } : { kind: 'remove', id });
  }

  /** What is told in one breath makes one new list of each service: a registry may tell thousands of changes at once. */
  #takeInSoon(query: ServiceQuery, event: InstanceEvent): void {
    const key = keyOf(query);
    const waiting = this.#heard.get(key);
    if (waiting) {
      waiting.events.push(event);
      return;
    }
    if (this.#heard.size === 0) queueMicrotask(() => this.#takeInHeard());
    this.#heard.set(key, { query, events: [event] });
  }

  #takeInHeard(): void {
    const heard = [...this.#heard.values()];
    this.#heard.clear();
    for (const { query, events } of heard) this.cache.applyAll(query, events);
  }

  #start(): void {
    if (this.#state !== 'idle') return;
    this.#state = 'running';
    void this.#index.refresh();
    this.#pollLater();
  }

  #pollLater(): void {
    if (this.#state === 'closed') return;
    const { clock, random } = this.context;
    const intervalMs = Math.max(this.#settings.refreshInterval, SHORTEST_POLL_MS);
    // those who began together are not to ask together
    this.#stopPolls = clock.after(intervalMs * (0.9 + 0.2 * random.next()), () => void this.#poll());
  }

  async #poll(): Promise<void> {
    await Promise.all([this.#index.refresh(), ...this.cache.services.map((query) => this.cache.refresh(query))]);
    this.#pollLater();
  }
}

/** No name of a service has a space in it. */
function keyOf({ environment, app, service }: ServiceQuery): string {
  return `${environment} ${app} ${service}`;
}
