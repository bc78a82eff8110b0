import { TargetListener, type Instance, type Invocation, type Random, type Suspects } from '@ts-chassis/core';
import { TriedInstances } from '../retry/tried-instances.js';
import { LATEST_TAGS } from '../route/latest-tags.js';
import { RouteFallback } from '../route/route-fallback.js';
import type { RouteTags } from '../route/matches-tags.js';
import type { BalancingRule } from './balancing-rule.js';
import type { InstanceNode } from './instance-node.js';
import type { InstancePool } from './instance-pool.js';
import type { PassedOver } from './passed-over.js';
import { shareWhileStarting } from './slow-start.js';
import type { BalancedInstance, PickCall } from './strategy.js';
import type { Subset } from './subset.js';

/** How often another one is asked for, when a starting instance is passed over. */
const STARTERS_PASSED = 4;

/** What a picker picks from. */
export interface PickerOptions {
  readonly pool: InstancePool;
  readonly suspects: Suspects;
  readonly random: Random;
}

/** A pick, and the set of instances it was made from. */
export interface Pick {
  readonly node: InstanceNode;
  readonly subset: Subset;
  readonly isProbe: boolean;
}

/**
 * Picks the instances for the calls of one operation. Its order: an instance whose time out is over is tried by one call; else one that is healthy, reachable and
 * untried; with filters, one that they left out; one that was tried; any.
 */
export class Picker implements PickCall {
  invocation!: Invocation;
  nowMs = 0;
  all: readonly BalancedInstance[] = [];
  key: object = this;
  isPartial = false;
  #rule!: BalancingRule;
  #tried: ReadonlySet<string> | undefined;
  #passed: PassedOver | undefined;
  #subset!: Subset;
  // the subset of the last call is nearly always that of the next one
  #lastListener: string | undefined;
  #lastTags: RouteTags | undefined;
  #lastFilters: unknown;
  #last: Subset | undefined;

  constructor(private readonly options: PickerOptions) {}

  /** @returns undefined when no instance fits the call */
  pick(invocation: Invocation, instances: readonly Instance[], { rule, nowMs, passed }: PickWith): Pick | undefined {
    this.options.pool.follow(instances, nowMs);
    this.invocation = invocation;
    this.nowMs = nowMs;
    this.#rule = rule;
    this.#tried = invocation.get(TriedInstances);
    this.#passed = passed;
    try {
      const subset = this.#subsetFor(invocation);
      return subset && this.#within(subset);
    } finally {
      // the next call may come late, and this one is not to be held until then
      this.invocation = undefined as unknown as Invocation;
      this.#tried = undefined;
      this.#passed = undefined;
    }
  }

  get settings(): BalancingRule['settings'] {
    return this.#rule.settings;
  }

  hashKey(): string | undefined {
    return this.#rule.hashKey(this.invocation);
  }

  isUsable(node: BalancedInstance): boolean {
    const { state } = (node as InstanceNode).ejection;
    return (state === 'in' || state === 'due' || this.#subset.inPanic) && this.#isGood(node as InstanceNode);
  }

  /** Neither known to be out of reach nor tried by this call. */
  #isGood(node: InstanceNode): boolean {
    const { suspects } = this.options;
    return !this.#tried?.has(node.address) && (suspects.none || !suspects.has(node.instance));
  }

  #subsetFor(invocation: Invocation): Subset | undefined {
    const listener = invocation.get(TargetListener) ?? '';
    // with a rule of versions nobody else has to say which are called where nothing is said
    const isUnasked = invocation.tags === LATEST_TAGS && this.#rule.unfiltered.versions !== undefined;
    const subset = this.#subsetOf(listener, isUnasked ? undefined : invocation.tags);
    if (subset.all.length > 0) return subset;
    for (const tags of invocation.get(RouteFallback) ?? []) {
      const other = this.#subsetOf(listener, tags === 'any' ? undefined : tags);
      if (other.all.length > 0) return other;
    }
    return undefined;
  }

  #subsetOf(listener: string, tags: RouteTags | undefined): Subset {
    const { filters } = this.#rule;
    if (this.#last && listener === this.#lastListener && tags === this.#lastTags && filters === this.#lastFilters)
      return this.#last;
    this.#lastListener = listener;
    this.#lastTags = tags;
    this.#lastFilters = filters;
    return (this.#last = this.options.pool.subset({ listener, tags, filters }));
  }

  #within(subset: Subset): Pick {
    const { strategy } = this.#rule;
    const { nodes } = subset;
    this.#subset = subset;
    this.key = subset;
    this.all = subset.all;
    this.isPartial = false;
    if (strategy.isSticky) {
      const node = (strategy.pick(nodes, this) as InstanceNode | undefined) ?? nodes[0]!;
      return this.#picked(subset, this.#passed?.has(node.address) ? (this.#notPassed(subset.all)[0] ?? node) : node);
    }
    const probe = subset.due.find((node) => this.#isGood(node));
    if (probe) return this.#picked(subset, probe);
    const first = strategy.pick(nodes, this) as InstanceNode | undefined;
    if (first && this.#isGood(first)) return { node: this.#started(first, nodes), subset, isProbe: false };
    const good = nodes.filter((node) => this.#isGood(node));
    if (good.length > 0) return this.#amongSome(subset, good);
    return this.#beyondFilters() ?? this.#worse(subset, first);
  }

  /** What filters left out is better than nothing that answers. */
  #beyondFilters(): Pick | undefined {
    const { filters, unfiltered } = this.#rule;
    if (filters === unfiltered) return undefined;
    const { pool } = this.options;
    const listener = this.#lastListener!;
    const wide = pool.subset({ listener, tags: this.#lastTags, filters: unfiltered });
    const good = wide.nodes.filter((node) => this.#isGood(node));
    return good.length > 0 ? this.#amongSome(wide, good) : undefined;
  }

  /** Nobody is good: one that was tried but is reachable, else any, as a suspected one may have come back. */
  #worse(subset: Subset, first: InstanceNode | undefined): Pick {
    const { suspects } = this.options;
    const nodes = this.#notPassed(subset.nodes);
    const reachable = suspects.none ? nodes : nodes.filter(({ instance }) => !suspects.has(instance));
    if (first && reachable.includes(first)) return { node: first, subset, isProbe: false };
    if (reachable.length > 0) return this.#amongSome(subset, reachable);
    const other = this.#passed && this.#notPassed(subset.all)[0];
    return { node: other ?? first ?? subset.nodes[0]!, subset, isProbe: false };
  }

  #notPassed(nodes: readonly InstanceNode[]): readonly InstanceNode[] {
    const passed = this.#passed;
    return passed ? nodes.filter(({ address }) => !passed.has(address)) : nodes;
  }

  #amongSome(subset: Subset, nodes: readonly InstanceNode[]): Pick {
    this.isPartial = true;
    const node = (this.#rule.strategy.pick(nodes, this) as InstanceNode | undefined) ?? nodes[0]!;
    return { node, subset, isProbe: false };
  }

  #picked(subset: Subset, node: BalancedInstance): Pick {
    const picked = node as InstanceNode;
    return { node: picked, subset, isProbe: picked.ejection.state === 'due' };
  }

  /** A starting instance is passed over as often as its share says. */
  #started(first: InstanceNode, nodes: readonly InstanceNode[]): InstanceNode {
    const { slowStartMs, slowStartAggression } = this.#rule.settings;
    if (slowStartMs === 0) return first;
    let node = first;
    for (let passed = 0; passed < STARTERS_PASSED; passed += 1) {
      const share = shareWhileStarting(this.nowMs - node.since, slowStartMs, slowStartAggression);
      if (share >= 1 || this.options.random.next() < share) return node;
      const other = this.#rule.strategy.pick(nodes, this) as InstanceNode | undefined;
      if (other && this.#isGood(other)) node = other;
    }
    return node;
  }
}

/** By what a call is picked for. */
export interface PickWith {
  readonly rule: BalancingRule;
  readonly nowMs: number;
  /** Picked again only when there is nobody else. */
  readonly passed?: PassedOver | undefined;
}
