import type { Random } from '@ts-chassis/core';
import type { BalancedInstance, BalancingStrategy } from '../strategy.js';

/** How many are compared at most: beyond, a better one is hardly found and the search would grow with the service. */
const COMPARED = 128;

/** The instance with the fewest calls under way for its weight; of equals the first from a random place on. */
export class LeastActiveStrategy implements BalancingStrategy {
  constructor(private readonly random: Random) {}

  pick(nodes: readonly BalancedInstance[]): BalancedInstance | undefined {
    const count = nodes.length;
    let at = Math.floor(this.random.next() * count);
    let best: BalancedInstance | undefined;
    let least = Infinity;
    for (let compared = Math.min(count, COMPARED); compared > 0; compared -= 1) {
      const node = nodes[at]!;
      const load = node.weight > 0 ? (node.inFlight + 1) / node.weight : Number.MAX_VALUE;
      if (load < least) [best, least] = [node, load];
      at = at + 1 === count ? 0 : at + 1;
    }
    return best;
  }
}
