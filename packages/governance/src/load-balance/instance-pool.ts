import type { Endpoint, Instance } from '@ts-chassis/core';
import type { LoadBalanceFields } from '../policy/load-balance.js';
import { latestVersionOf } from '../route/version-range.js';
import { matchesTags, type RouteTags } from '../route/matches-tags.js';
import { InstanceNode } from './instance-node.js';
import { Cells } from './cells.js';
import { Subset } from './subset.js';
import type { VersionRule } from './version-rule.js';

/** Sets of instances kept at most; callers that make tags up for each call must not fill the memory. */
const MOST_SUBSETS = 256;

/** Narrows a list; compared by identity of `key`. */
export interface FilterChain {
  /** Tells chains apart. */
  readonly key: string;
  /** Who else is not there at all, whatever calls ask for. */
  readonly versions?: VersionRule | undefined;
  filter(instances: readonly Instance[]): readonly Instance[];
}

/** Which instances a call may go to. */
export interface SubsetQuery {
  readonly listener: string;
  readonly tags: RouteTags | undefined;
  readonly filters: FilterChain;
}

/** One instance of the list, with a node for each of its listeners that is called. */
interface Member {
  readonly since: number;
  nodes: readonly InstanceNode[];
}

/** What a consumer knows of the instances of one service. It outlives the plans and follows the registry's list; who stays keeps what is known of him. */
export class InstancePool {
  readonly cells = new Cells();
  generation = 0;
  version = 0;
  #instances: readonly Instance[] | undefined;
  #members = new Map<string, Member>();
  readonly #subsets = new Map<string, Subset>();
  readonly #tagKeys = new WeakMap<object, string>();
  readonly #out = new Set<InstanceNode>();
  #nextDue = Infinity;
  #latest: string | undefined;

  /** @param settings - of the service as a whole; replaced by `configure` */
  constructor(private settings: LoadBalanceFields) {}

  get panicThreshold(): number {
    return this.settings.panicThreshold;
  }

  get latencyDecayMs(): number {
    return this.settings.latencyDecayMs;
  }

  configure(settings: LoadBalanceFields): void {
    this.settings = settings;
    this.version += 1;
  }

  /** Takes in the registry's list, when it is another one, and whose time out is over. */
  follow(instances: readonly Instance[], now: number): void {
    if (instances !== this.#instances) this.#take(instances, now);
    if (now >= this.#nextDue) this.#expire(now);
  }

  subset(query: SubsetQuery): Subset {
    const key = `${query.listener}\n${query.filters.key}\n${this.#keyOf(query.tags)}`;
    let subset = this.#subsets.get(key);
    if (!subset) {
      subset = new Subset(this, () => this.#select(query));
      this.#subsets.set(key, subset);
      if (this.#subsets.size > MOST_SUBSETS) this.#subsets.delete(this.#subsets.keys().next().value!);
    }
    return subset;
  }

  /** Whether an instance is left out, or is tried. What it knows of that itself is not looked at when it is about nobody: it may lie far away. */
  isOut(node: InstanceNode): boolean {
    return this.#out.size > 0 && node.ejection.state !== 'in';
  }

  /** Leaves an instance out, unless too many are out already. @returns for how long */
  eject(node: InstanceNode, now: number, settings: LoadBalanceFields): number | undefined {
    const share = ((this.#out.size + (this.#out.has(node) ? 0 : 1)) * 100) / Math.max(this.#members.size, 1);
    if (node.ejection.state === 'in' && share > settings.maxEjectionPercent) return undefined;
    const forMs = node.ejection.eject(now, settings);
    this.#out.add(node);
    this.#nextDue = Math.min(this.#nextDue, node.ejection.until);
    this.version += 1;
    return forMs;
  }

  /** One call tries an instance whose time out is over. */
  probe(node: InstanceNode): void {
    node.ejection.state = 'probing';
    this.version += 1;
  }

  /** The probe said nothing, for or against. */
  unprobe(node: InstanceNode): void {
    node.ejection.state = 'due';
    this.version += 1;
  }

  readmit(node: InstanceNode, now: number): void {
    node.ejection.readmit(now);
    node.since = now;
    this.#out.delete(node);
    this.version += 1;
  }

  #take(instances: readonly Instance[], now: number): void {
    const isFirst = this.#instances === undefined;
    const before = this.#members;
    this.#members = new Map();
    for (const instance of instances) {
      // whoever is there when we come has been at work already
      const member = before.get(instance.id) ?? { since: isFirst ? -Infinity : now, nodes: [] };
      for (const node of member.nodes) node.update(instance);
      this.#members.set(instance.id, member);
    }
    for (const node of this.#out) if (!this.#members.has(node.instance.id)) this.#out.delete(node);
    this.#instances = instances;
    this.#latest = undefined;
    this.generation += 1;
    this.version += 1;
  }

  #expire(now: number): void {
    this.#nextDue = Infinity;
    for (const { ejection } of this.#out) {
      if (ejection.expire(now)) this.version += 1;
      else if (ejection.state === 'out') this.#nextDue = Math.min(this.#nextDue, ejection.until);
    }
  }

  #select({ listener, tags, filters }: SubsetQuery): readonly InstanceNode[] {
    const all = this.#instances ?? [];
    const instances = filters.versions ? filters.versions.filter(all) : all;
    let latest: string | undefined;
    if (tags?.['version'] === 'latest') latest = filters.versions ? latestVersionOf(instances) : this.#latestOfAll();
    const fitting = tags ? instances.filter((instance) => matchesTags(instance, tags, latest)) : instances;
    const nodes: InstanceNode[] = [];
    for (const instance of filters.filter(fitting)) {
      const endpoint = instance.endpoints.find((candidate) => candidate.listener === listener);
      if (endpoint) nodes.push(this.#nodeAt(instance, endpoint));
    }
    return nodes;
  }

  #latestOfAll(): string | undefined {
    return (this.#latest ??= latestVersionOf(this.#instances ?? []));
  }

  #nodeAt(instance: Instance, endpoint: Endpoint): InstanceNode {
    const member = this.#members.get(instance.id) ?? { since: -Infinity, nodes: [] };
    const known = member.nodes.find((node) => isSame(node.endpoint, endpoint));
    if (known) return known;
    const node = new InstanceNode(instance, endpoint, member.since, this);
    // a listener that moved leaves its old node behind
    const others = member.nodes.filter((other) => other.endpoint.listener !== endpoint.listener);
    for (const old of member.nodes) if (!others.includes(old)) this.#out.delete(old);
    member.nodes = [...others, node];
    return node;
  }

  #keyOf(tags: RouteTags | undefined): string {
    if (!tags) return '';
    let key = this.#tagKeys.get(tags);
    if (key === undefined) {
      const entries = Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1));
      this.#tagKeys.set(tags, (key = JSON.stringify(entries)));
    }
    return key;
  }
}

function isSame(one: Endpoint, two: Endpoint): boolean {
  return one.listener === two.listener && one.host === two.host && one.port === two.port && one.ssl === two.ssl;
}
