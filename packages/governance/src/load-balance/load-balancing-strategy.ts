import { annotate, coreError, metadataKey, read, type Newable } from '@ts-chassis/core';
import type { BalancingStrategy } from './strategy.js';

const StrategyNameKey = metadataKey<string>('LoadBalancingStrategy');

/**
 * Makes a class a strategy by a name; list it in `governance({ strategies: [...] })`. The container makes one object of it for all services, with
 * whatever its constructor asks for.
 *
 * @param name - as it stands in `@LoadBalance` and in the configuration; a built-in one of the same name is replaced
 *
 * @example
 * ```ts
 * @LoadBalancingStrategy('cheapest')
 * class Cheapest implements BalancingStrategy {
 *   pick(nodes: readonly BalancedInstance[]) {
 *     return nodes.find(({ instance }) => instance.metadata['price'] === 'low') ?? nodes[0];
 *   }
 * }
 * ```
 */
export function LoadBalancingStrategy(name: string): (target: Newable<BalancingStrategy>) => void {
  return (target) => annotate(target, StrategyNameKey, { value: name });
}

/**
 * The name of a strategy's class.
 *
 * @throws ChassisError `PLUGIN_CONFLICT` for a class without the decorator
 */
export function strategyNameOf(type: Newable<BalancingStrategy>): string {
  const name = read(type, StrategyNameKey);
  if (name !== undefined) return name;
  throw coreError('PLUGIN_CONFLICT', `governance: ${type.name} is listed in strategies without @LoadBalancingStrategy`);
}
