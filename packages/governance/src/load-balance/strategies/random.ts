import type { Random } from '@ts-chassis/core';
import type { BalancedInstance, BalancingStrategy } from '../strategy.js';

/** Any instance, all alike. */
export class RandomStrategy implements BalancingStrategy {
  constructor(private readonly random: Random) {}

  pick(nodes: readonly BalancedInstance[]): BalancedInstance | undefined {
    return nodes[Math.floor(this.random.next() * nodes.length)];
  }
}
