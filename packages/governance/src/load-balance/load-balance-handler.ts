import {
  RegionSection,
  Suspects,
  type PlanContext,
  type PlannedHandler,
  type Next,
  type Services,
} from '@ts-chassis/core';
import { GovernanceEvents } from '../events/governance-events.js';
import { failureJudge } from '../outcome/is-failure.js';
import {
  LoadBalancePolicy,
  MarkedIsolation,
  MarkedLoadBalance,
  type LoadBalanceFields,
} from '../policy/load-balance.js';
import { Balancer } from './balancer.js';
import { balancingRule, type BalancingRule, type RuleContext } from './balancing-rule.js';
import type { FilterContext } from './instance-filter.js';
import { InstancePool } from './instance-pool.js';
import type { KnownNames } from './known-names.js';
import { Picker } from './picker.js';
import { StrategyStore } from './strategy-store.js';

/** The link `loadbalance`: picks an instance for each try, and takes those that fail out of the picks. */
export class LoadBalanceHandler implements PlannedHandler {
  readonly #suspects: Suspects;
  readonly #region: FilterContext['region'];
  readonly #events: GovernanceEvents;

  constructor(
    private readonly services: Services,
    private readonly names: KnownNames,
  ) {
    this.#suspects = new Suspects(services.discovery, services.clock);
    const { name, region, availableZone } = services.config.section(RegionSection);
    this.#region = { region: region || name, availableZone };
    this.#events = services.get(GovernanceEvents);
  }

  plan(context: PlanContext, next: Next): Next {
    const { service, clock, random } = context;
    const { names, services } = this;
    names.checkTree(context.section(LoadBalancePolicy.section), LoadBalancePolicy.root);
    const share = { share: 'service' } as const;
    const wide = context.policy(LoadBalancePolicy, share)?.value ?? LoadBalancePolicy.defaults;
    const settings = context.policy(LoadBalancePolicy)?.value ?? LoadBalancePolicy.defaults;
    const pool = context.state(
      'pool',
      () => new InstancePool(wide),
      (state) => state.configure(wide),
      share,
    );
    const strategies = context.state(
      'strategies',
      () => new StrategyStore({ service, clock, random }),
      undefined,
      share,
    );
    const rules = { operation: context.operation, names, strategies, service, region: this.#region };
    const balancer = new Balancer({
      ...{ next, clock, pool, suspects: this.#suspects, events: this.#events },
      query: services.query(service),
      discovery: services.discovery,
      picker: new Picker({ pool, suspects: this.#suspects, random }),
      isFailure: failureJudge(context),
      ruleFor: this.#ruleFor(context, settings, { ...rules, key: `@LoadBalance or ${LoadBalancePolicy.root}` }),
    });
    return (invocation) => balancer.run(invocation);
  }

  /** What holds for a call: the policy, and over it what its mark says. Compiled when a mark is first seen. */
  #ruleFor(
    context: PlanContext,
    settings: LoadBalanceFields,
    rules: RuleContext,
  ): (mark: string | undefined) => BalancingRule {
    const balanced = context.section(MarkedLoadBalance);
    const isolated = context.section(MarkedIsolation);
    const plain = balancingRule(settings, rules);
    if (balanced.size === 0 && isolated.size === 0) return () => plain;
    const byMark = new Map<string, BalancingRule>();
    return (mark) => {
      if (mark === undefined) return plain;
      const present = byMark.get(mark);
      if (present) return present;
      if (!balanced.has(mark) && !isolated.has(mark)) return plain;
      const rule = balancingRule({ ...settings, ...balanced.get(mark), ...isolated.get(mark) }, rules);
      byMark.set(mark, rule);
      return rule;
    };
  }
}
