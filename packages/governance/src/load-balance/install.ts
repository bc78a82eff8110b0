import type { Newable, PluginHost } from '@ts-chassis/core';
import { LoadBalancePolicy, MarkedIsolation, MarkedLoadBalance } from '../policy/load-balance.js';
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
  host.onStart('load balancing', (services) => {
    const tree = services.config.section(LoadBalancePolicy.section);
    new KnownNames(services).checkTree(tree, LoadBalancePolicy.root);
  });
}
