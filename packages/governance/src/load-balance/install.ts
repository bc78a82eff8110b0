import type { Newable, PluginHost } from '@ts-chassis/core';
import { LoadBalancePolicy, MarkedIsolation, MarkedLoadBalance } from '../policy/load-balance.js';
import { checkSection } from '../policy/check-section.js';
import { placeOfMark } from '../policy/named-policies.js';
import { KnownNames } from './known-names.js';
import { LoadBalanceHandler } from './load-balance-handler.js';
import { strategyNameOf } from './load-balancing-strategy.js';
import { StrategyPort, type BalancingStrategy } from './strategy.js';

/** Lists the balancer, in the place of core's plain one, and the strategies that are classes. */
export function installLoadBalance(host: PluginHost, strategies: readonly Newable<BalancingStrategy>[] = []): void {
  host.policy(LoadBalancePolicy);
  host.section(LoadBalancePolicy.section);
  host.section(MarkedLoadBalance);
  host.section(MarkedIsolation);
  for (const type of strategies) {
    host.provide({ provide: type, useClass: type });
    host.extend(StrategyPort, strategyNameOf(type), (services) => () => services.get(type));
  }
  host.handler({
    ...{ name: 'loadbalance', side: 'consumer', replace: true },
    make: (services) => new LoadBalanceHandler(services, new KnownNames(services)),
  });
  // also what is said of services that nobody calls yet refuses the start
  checkSection(host, LoadBalancePolicy.section, (tree, services) => {
    new KnownNames(services).checkTree(tree, LoadBalancePolicy.root);
  });
  for (const section of [MarkedLoadBalance, MarkedIsolation]) {
    checkSection(host, section, (marked, services) => {
      const names = new KnownNames(services);
      for (const [mark, fields] of marked) names.checkFields(fields, placeOfMark(marked, mark, section.key));
    });
  }
}
