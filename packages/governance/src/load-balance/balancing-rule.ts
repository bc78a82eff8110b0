import type { Invocation, Operation } from '@ts-chassis/core';
import type { LoadBalanceFields } from '../policy/load-balance.js';
import { hashSource } from './hash-source.js';
import type { FilterContext } from './instance-filter.js';
import type { FilterChain } from './instance-pool.js';
import type { KnownNames } from './known-names.js';
import type { StrategyStore } from './strategy-store.js';
import type { BalancingStrategy } from './strategy.js';
import { versionRule } from './version-rule.js';

/** What is done with a call: compiled from the policy, or from the policy and what its mark adds. */
export interface BalancingRule {
  readonly settings: LoadBalanceFields;
  readonly strategy: BalancingStrategy;
  readonly filters: FilterChain;
  /** What is left when the filters are left aside: `filters` itself where there are none. */
  readonly unfiltered: FilterChain;
  hashKey(invocation: Invocation): string | undefined;
}

/** What rules are compiled with. */
export interface RuleContext {
  readonly operation: Operation;
  readonly names: KnownNames;
  readonly strategies: StrategyStore;
  readonly service: string;
  readonly region: FilterContext['region'];
  /** Where the policy stands, for messages. */
  readonly key: string;
}

/** Does not narrow. */
export const NO_FILTERS: FilterChain = { key: '', filter: (instances) => instances };

export function balancingRule(settings: LoadBalanceFields, context: RuleContext): BalancingRule {
  const { operation, names, strategies, key } = context;
  const source = hashSource(settings.hashOn, operation);
  const versions = versionRule(settings.versionRule);
  const unfiltered = versions ? { ...NO_FILTERS, key: `versions ${versions.key}`, versions } : NO_FILTERS;
  return {
    settings,
    strategy: strategies.of(names.strategy(settings.strategy, `${key}.strategy`)),
    filters: filterChain(settings, context, unfiltered),
    unfiltered,
    hashKey: source ?? (() => undefined),
  };
}

function filterChain(
  settings: LoadBalanceFields,
  { names, service, region, key }: RuleContext,
  unfiltered: FilterChain,
): FilterChain {
  const known = settings.filters.map((name) => names.filter(name, `${key}.filters`));
  const chain = known.flatMap(({ filter }) => (filter ? [filter] : []));
  if (chain.length === 0) return unfiltered;
  const context: FilterContext = { service, settings, region };
  return {
    key: JSON.stringify([known.map(({ name }) => name), settings.metadata, unfiltered.key]),
    versions: unfiltered.versions,
    filter: (instances) => chain.reduce((left, filter) => filter.filter(left, context), instances),
  };
}
