import type { Random } from '@ts-chassis/core';
import type { BalancedInstance, BalancingStrategy, PickCall } from '../strategy.js';

/**
 * The better of two at random (Mitzenmacher, 2001) by peak EWMA of latency times calls under way, as Finagle has it: costs the same over ten instances and
 * ten thousand, and two consumers hardly ever run after the same one.
 */
export class PowerOfTwoStrategy implements BalancingStrategy {
  constructor(private readonly random: Random) {}

  pick(nodes: readonly BalancedInstance[], { nowMs }: PickCall): BalancedInstance | undefined {
    const count = nodes.length;
    if (count < 2) return nodes[0];
    const first = Math.floor(this.random.next() * count);
    const other = Math.floor(this.random.next() * (count - 1));
    const one = nodes[first]!;
    const two = nodes[other < first ? other : other + 1]!;
    return two.cost(nowMs) < one.cost(nowMs) ? two : one;
  }
}
